import type { Availability } from "../lease-store.ts";
import type { LockNode } from "../redis/lock-node.ts";
import { remedyFor } from "../redis/lock-node-fault.ts";
import type { Remedy } from "../remedy.ts";

export const majorityOf = (nodes: { readonly length: number }) => Math.floor(nodes.length / 2) + 1;

/** The owner that a majority of the nodes names for a resource. */
export async function ownerOnMajority(nodes: readonly LockNode[], resource: string): Promise<string | undefined> {
  const read = (node: LockNode) => node.ask(() => node.redis.get(resource)).catch(() => null);
  const owners = await Promise.all(nodes.map(read));
  const isMajority = (owner: string) => owners.filter((other) => other === owner).length >= majorityOf(nodes);
  return owners.find((owner) => owner !== null && isMajority(owner)) ?? undefined;
}

/** Writes to every node. The reason counts what the nodes answered, and names the first faulty one and what to do about it. */
export async function availabilityOfQuorum(nodes: readonly LockNode[], remedy: Remedy): Promise<Availability> {
  const majority = majorityOf(nodes);
  const probes = await Promise.all(nodes.map((node) => node.probe()));
  const faulty = probes.flatMap((fault, index) => (fault ? [{ fault, index }] : []));
  if (nodes.length - faulty.length >= majority) return { available: true };
  const counts = new Map<string, number>();
  for (const { fault } of faulty) counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
  const said = [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
  const remedies = faulty.slice(0, 1).map(({ fault, index }) => {
    const options = nodes[index]?.redis.options ?? {};
    return `redis-${index + 1} (${options.host}:${options.port}): ${fault.sentence}. ${remedyFor(fault, index + 1, options, remedy)}`;
  });
  const reason = `${nodes.length - faulty.length} of ${nodes.length} lock nodes grant locks, and ${majority} are needed: ${said}. ${remedies.join(" ")}`;
  return { available: false, reason };
}
