import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { lockNode } from "../inventory/guards/lock-node.ts";

/** One line for each change: a node that hangs up, one that answers and grants nothing, and one that is back. */
export function logLockNode(redis: Redis, logger: Pick<Logger, "info" | "warn">): Redis {
  const address = `${redis.options.host}:${redis.options.port}`;
  lockNode(redis).onChange((trouble) => {
    const isSilent = trouble?.kind === "unreachable" || trouble?.kind === "no answer";
    if (!trouble) logger.info({ address }, "lock node is back");
    else if (isSilent) logger.warn({ address, reason: trouble.sentence }, "lock node does not answer");
    else logger.warn({ address, reason: trouble.sentence }, "lock node answers, and grants nothing");
  });
  return redis;
}
