export { connectLockNode } from "./connect.ts";
export { locksOnNode } from "./locks-on-node.ts";
export { redlock } from "./redlock.ts";
