import { Redis } from "ioredis";
import { type Clock, systemClock } from "../clock.ts";
import { lockNode, lockNodeOptions } from "../redis/lock-node.ts";

export function connectLockNode(url: string, clock: Clock = systemClock): Redis {
  const redis = new Redis(url, lockNodeOptions);
  lockNode(redis, clock);
  return redis;
}
