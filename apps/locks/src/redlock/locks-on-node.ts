import type { Redis } from "ioredis";
import type { LocksSeen } from "../locks-seen.ts";
import { lockNode } from "../redis/lock-node.ts";
import { WAITERS } from "./scripts.ts";

const ANSWER_BOUND_MS = 500;
const KEYS_AT_ONCE = 500;

/**
 * The locks whose names begin with `prefix`, as one node sees them. It reads the key space in steps (SCAN), which blocks
 * the node for none of its clients, until `limit` locks are found.
 * @throws NoAnswer if the node does not answer, or the node's error.
 */
export async function locksOnNode(
  redis: Redis,
  { prefix, limit }: { prefix: string; limit: number },
): Promise<LocksSeen> {
  const node = lockNode(redis);
  const names = new Set<string>();
  let cursor = "0";
  do {
    const [next, keys] = await node.ask(
      () => redis.scan(cursor, "MATCH", `${prefix}*`, "COUNT", KEYS_AT_ONCE),
      ANSWER_BOUND_MS,
    );
    for (const key of keys) names.add(key);
    cursor = next;
  } while (cursor !== "0" && names.size < limit);

  const read = redis.pipeline();
  const resources = [...names].slice(0, limit);
  for (const name of resources)
    read
      .get(name)
      .pttl(name)
      .zcard(WAITERS + name);
  const answers = (await node.ask(() => read.exec(), ANSWER_BOUND_MS)) ?? [];
  const locks = resources.flatMap((resource, index) => {
    const [owner, leftMs, waiting] = answers.slice(index * 3, index * 3 + 3).map((answer) => answer[1]);
    if (typeof owner !== "string") return [];
    // Minus one: a key without a TTL, which no lock of ours sets.
    return [
      { resource, owner, leftMs: Number(leftMs) < 0 ? undefined : Number(leftMs), waiting: Number(waiting) || 0 },
    ];
  });
  return { locks, isCut: cursor !== "0" || names.size > limit };
}
