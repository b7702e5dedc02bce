import type { Outcome } from "../messages.ts";
import type { CannotJudge } from "./cannot-judge.ts";
import type { Fairness } from "./fairness.ts";

/** How a call of checkout ended. */
export type CallEnd =
  | { readonly kind: "ended"; readonly outcome: Outcome; readonly unreleased: number }
  /** Its process has ended before it answered. */
  | { readonly kind: "killed" };

/** What a buyer needs of its grader. */
export interface BuyerSurroundings {
  /** The file that `bundleBuyer` has made. */
  readonly program: string;
  readonly databaseUrl: string;
  /** Called with the process's id before anything else happens. */
  started(pid: number): Promise<void>;
  stopped(pid: number): Promise<void>;
  nameOfBackend(pid: number): string | undefined;
  /** Resolves when PostgreSQL has ended these sessions. */
  endBackends(pids: readonly number[]): Promise<void>;
  cannotJudge(reason: CannotJudge): void;
  /** Of the present execution. */
  fairness(): Fairness;
  /** Called after each step: timers of other buyers may be held no longer. */
  stepped(): void;
}
