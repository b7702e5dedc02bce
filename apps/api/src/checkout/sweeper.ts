import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** Any constant: it names the one seat that all replicas compete for. */
const SWEEPER_SEAT = 7_215_001;

interface SweeperOptions {
  databaseUrl: string;
  intervalMs: number;
  /** What is done at each turn by the replica that holds the seat. */
  tasks: readonly (() => Promise<unknown>)[];
  onError(error: unknown): void;
}

/**
 * Runs the tasks again and again on one replica at a time. The seat is a session-level advisory lock on a connection of
 * its own: PostgreSQL frees it the moment that the replica or its connection dies, and another replica takes over.
 * A crash in the middle is harmless: every task is a series of transactions that each decide anew.
 */
export function startSweeper({ databaseUrl, intervalMs, tasks, onError }: SweeperOptions): { stop(): Promise<void> } {
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
      const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true });
      let broken = false;
      client.on("error", () => {
        broken = true;
      });
      try {
        await client.connect();
        while (!stopping.signal.aborted && !broken) {
          const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS seated", [SWEEPER_SEAT]);
          if (rows[0].seated) {
            for (const task of tasks) await task().catch(onError);
            await client.query("SELECT pg_advisory_unlock($1)", [SWEEPER_SEAT]);
          }
          await pause();
        }
      } catch (error) {
        onError(error);
        await pause();
      } finally {
        await client.end().catch(() => {});
      }
    }
  }

  // Jittered, so that the replicas do not ask for the seat in step.
  function pause(): Promise<unknown> {
    return sleep(intervalMs * (0.75 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => {});
  }
}
