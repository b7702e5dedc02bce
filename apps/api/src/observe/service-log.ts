import type { Logger } from "pino";

/** A service that answers one request and not the next is not back yet. */
const STEADY_MS = 1_000;

/**
 * One line when a service goes and one when it is back, however many operations fail in between.
 * @returns what is to be told of every operation: nothing when it was answered, else a sentence on what is wrong.
 */
export function serviceLog(what: string, logger: Logger): (problem?: string) => void {
  let failing: { reason: string; lastAt: number } | undefined;
  return (problem) => {
    if (problem !== undefined) {
      if (problem !== failing?.reason) logger.warn({ reason: problem }, `${what} cannot be used`);
      failing = { reason: problem, lastAt: performance.now() };
    } else if (failing && performance.now() - failing.lastAt > STEADY_MS) {
      logger.info(`${what} is back`);
      failing = undefined;
    }
  };
}
