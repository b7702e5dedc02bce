import { Redis } from "ioredis";
import { type Clock, systemClock } from "../clock.ts";
import { lockNode, lockNodeOptions } from "../redis/lock-node.ts";

/** Connects as lock nodes need it. `clock`: the time that the commands' deadlines go by; default the system's. */
export function connectLockNode(url: string, { clock = systemClock }: { clock?: Clock } = {}): Redis {
  const redis = new Redis(url, lockNodeOptions);
  lockNode(redis, clock);
  return redis;
}
