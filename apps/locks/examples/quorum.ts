import { once } from "node:events";
import { holdLease, queuedLocally } from "@last-unit/locks";
import { connectLockNode, quorum } from "@last-unit/locks/quorum";

const urls = (process.env.REDIS_URLS ?? "redis://redis-1:6379,redis://redis-2:6379,redis://redis-3:6379").split(",");
const nodes = urls.map((url) => connectLockNode(url));
await Promise.all(nodes.map((node) => once(node, "ready")));

// One caller of this process competes at a time; the others queue here, in order.
const locks = queuedLocally(quorum(nodes));

await holdLease(locks, ["invoice:42", "customer:7"], { lockTtlMs: 5_000, lockWaitMs: 2_000 }, async (held) => {
  console.log("working");
  held.throwIfLost();
});

for (const node of nodes) node.disconnect();
