import type pg from "pg";
import type { Process } from "../process.ts";
import type { Settled } from "./results.ts";

/** A statement that a process has sent, and that waits for its flight. */
export interface Statement {
  readonly text: string;
  send(): Promise<pg.QueryResult>;
  settle(result: Settled): void;
}

/** A controlled connection. */
export interface Session {
  readonly client: pg.ClientBase;
  readonly pid: number;
  /** Resolves when it reports its waits. */
  readonly controlled: Promise<unknown>;
  /** Resolves when the server is ready for the next statement. */
  ready(): Promise<unknown>;
  process: Process | undefined;
  /** The statements that the process has sent and that have not left yet. */
  flight: Statement[] | undefined;
  /** The lock for which it waits, as PostgreSQL has reported it: `ShareLock on transaction 748`. */
  waitsFor: string | undefined;
  /** The number of its latest flight: those that were sent earlier have waited longer. */
  since: number;
  /** Held back: for whom it waited then. */
  pausedBehind: readonly string[] | undefined;
  /** Resolves when the flight that was sent is answered. */
  answered: Promise<unknown> | undefined;
  isInTransaction: boolean;
}
