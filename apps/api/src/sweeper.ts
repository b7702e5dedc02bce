import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "./db/client.ts";
import { tryToLead } from "./db/leader.ts";

/** The name of the leadership. */
const LEADER = "sweeper";

/** The argument of a job, at each turn. */
export interface Turn {
  /** Aborted when the replica stops or loses the leadership. */
  signal: AbortSignal;
  /** Reports how many items were processed. A job may call it several times. */
  done(count: number): void;
  /** Reports a failure. The job retries the item at a later turn. */
  failed(error: unknown): void;
}

interface SweeperOptions {
  database: Database;
  intervalMs: number;
  jobs: Readonly<Record<string, (turn: Turn) => Promise<void>>>;
  onDone(job: string, count: number): void;
  onFailed(error: unknown, job: string): void;
  /** Called after a turn without failures. */
  onSucceeded(job: string): void;
}

/**
 * Runs each job periodically and concurrently with the others, on the replica that leads. If that replica dies or is
 * paused, its lease expires and another replica takes over. Two simultaneous leaders, or a crash in the middle of a turn,
 * are harmless: every job is a series of transactions, and each decides from the rows that it reads.
 */
export function startSweeper(options: SweeperOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const leadership = await tryToLead(options.database, LEADER);
        // The database accepts writes again, so the outage is over for all jobs.
        for (const job of [LEADER, ...Object.keys(options.jobs)]) options.onSucceeded(job);
        if (leadership) {
          const signal = AbortSignal.any([stopping.signal, leadership.lost]);
          await Promise.all(Object.entries(options.jobs).map(([job, work]) => repeat(job, work, signal)));
          await leadership.resign();
        }
      } catch (error) {
        options.onFailed(error, LEADER);
      }
      await pause(stopping.signal);
    }
  }

  async function repeat(job: string, work: (turn: Turn) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let hasFailed = false;
      const failed = (error: unknown) => {
        hasFailed = true;
        options.onFailed(error, job);
      };
      const done = (count: number) => options.onDone(job, count);
      await work({ signal, done, failed }).catch(failed);
      if (!hasFailed) options.onSucceeded(job);
      await pause(signal);
    }
  }

  // Jittered, so that the replicas do not query at the same time.
  function pause(signal: AbortSignal): Promise<unknown> {
    return sleep(options.intervalMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
  }
}
