export { LockNode, lockNode, lockNodeOptions, reconnectAfterMs } from "./lock-node.ts";
export type { Fault } from "./lock-node-fault.ts";
export type { RedisClient } from "./redis-client.ts";
export { type RedisLockOptions, setNx } from "./set-nx.ts";
export { setNxNaive } from "./set-nx-naive.ts";
