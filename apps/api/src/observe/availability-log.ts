import type { Logger } from "pino";

/** How long a service must answer before it counts as available again: it may answer one request and fail the next. */
const STEADY_MS = 1_000;

/**
 * Logs an outage of a service: one line when it begins, one for each further reason, and one when it ends, however many
 * operations fail in between.
 * @returns a function to call after each operation: without an argument if it succeeded, otherwise with the reason.
 */
export function serviceLog(what: string, logger: Logger): (problem?: string) => void {
  let outage: { told: Set<string>; lastAt: number } | undefined;
  return (problem) => {
    if (problem !== undefined) {
      outage ??= { told: new Set(), lastAt: 0 };
      if (!outage.told.has(problem)) logger.warn({ reason: problem }, `${what} cannot be used`);
      outage.told.add(problem);
      outage.lastAt = performance.now();
    } else if (outage && performance.now() - outage.lastAt > STEADY_MS) {
      logger.info(`${what} is back`);
      outage = undefined;
    }
  };
}
