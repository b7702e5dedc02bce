import type { Logger } from "pino";
import { isDatabaseUnavailable, whyUnavailable } from "../db/errors.ts";
import { serviceLog } from "./availability-log.ts";

/**
 * Logs the failures of background jobs. An outage of PostgreSQL, which fails every turn of every job, is logged once.
 */
export function backgroundLog(logger: Logger) {
  const tellDatabase = serviceLog("PostgreSQL", logger);
  const failing = new Set<string>();
  return {
    /** `job`: the name of a job that also reports its successes. */
    failed(error: unknown, job?: string): void {
      if (!isDatabaseUnavailable(error)) {
        logger.warn({ job, err: error }, "background work failed; it will be tried again");
        return;
      }
      if (job) failing.add(job);
      tellDatabase(whyUnavailable(error));
    },
    succeeded(job: string): void {
      failing.delete(job);
      // A read-only server does not fail the jobs that have nothing to write.
      if (failing.size === 0) tellDatabase();
    },
  };
}
