import type { Availability } from "../../lease-store.ts";
import type { LockNode } from "../lock-node.ts";
import { remedyFor } from "../lock-node-trouble.ts";

/** Has every node write. The reason counts what the nodes said, and names the first of them and its remedy. */
export async function availabilityOfQuorum(nodes: readonly LockNode[], majority: number): Promise<Availability> {
  const probes = await Promise.all(nodes.map((node) => node.probe()));
  const troubled = probes.flatMap((trouble, index) => (trouble ? [{ trouble, index }] : []));
  if (nodes.length - troubled.length >= majority) return { available: true };
  const counts = new Map<string, number>();
  for (const { trouble } of troubled) counts.set(trouble.kind, (counts.get(trouble.kind) ?? 0) + 1);
  const said = [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
  const remedies = troubled.slice(0, 1).map(({ trouble, index }) => {
    const name = `redis-${index + 1}`;
    const options = nodes[index]?.redis.options ?? {};
    return `${name} (${options.host}:${options.port}): ${trouble.sentence}. ${remedyFor(trouble, name, options)}`;
  });
  const reason = `${nodes.length - troubled.length} of ${nodes.length} lock nodes grant locks, and ${majority} are needed: ${said}. ${remedies.join(" ")}`;
  return { available: false, reason };
}
