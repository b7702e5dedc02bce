import { lockNode } from "@last-unit/locks/redis";
import type { Redis } from "ioredis";
import type { Logger } from "pino";

/**
 * Logs one line when a node's connection closes, when it answers but grants no locks, and when it is available again.
 */
export function logLockNode(redis: Redis, logger: Pick<Logger, "info" | "warn">): Redis {
  const address = `${redis.options.host}:${redis.options.port}`;
  lockNode(redis).onChange((fault) => {
    const isSilent = fault?.kind === "unreachable" || fault?.kind === "no answer";
    if (!fault) logger.info({ address }, "Redis instance is back");
    else if (isSilent) logger.warn({ address, reason: fault.sentence }, "Redis instance does not answer");
    else logger.warn({ address, reason: fault.sentence }, "Redis instance answers, but grants no locks");
  });
  return redis;
}
