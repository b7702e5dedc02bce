// What the grader and the process of a buyer tell each other, over Node's IPC channel.

/** What one buyer asks for. */
export interface BuyerRequest {
  readonly buyerId: string;
  readonly items: readonly { sku: string; quantity: number }[];
  readonly idempotencyKey: string;
}

/** An answer, or what came instead of one. */
export type Outcome =
  | { readonly kind: "reserved"; readonly orderId: number }
  | { readonly kind: "sold-out" }
  /** Something that is no answer, as text. */
  | { readonly kind: "invalid"; readonly text: string }
  | { readonly kind: "threw"; readonly text: string };

export type ToBuyer =
  | { readonly type: "load"; readonly code: string }
  | { readonly type: "begin"; readonly request: BuyerRequest }
  /** Performs the oldest step that has been announced. */
  | { readonly type: "go"; readonly nowMs: number }
  /** Lets the timer fire that is due first. */
  | { readonly type: "fire"; readonly nowMs: number }
  | { readonly type: "ping" };

/** The result of a step. */
export interface Performed {
  /** Command tags and SQLSTATEs, equal in every repetition. */
  readonly told: string;
  readonly changed: boolean;
  /** PostgreSQL's account of the deadlock that it has ended by failing this step. */
  readonly deadlock?: string;
}

/** Everything that has happened since the last report. Sent when the buyer's code can do nothing more by itself. */
export interface Report {
  readonly type: "report";
  readonly performed?: Performed;
  /** The names of new steps. */
  readonly steps: readonly string[];
  /** Rows that were read, and what the code has printed. */
  readonly remarks: readonly string[];
  /** In how many milliseconds the first timer is due. */
  readonly timerInMs?: number;
  readonly ended?: { readonly outcome: Outcome; readonly unreleased: number };
  /** Set if it waits for a connection of its own pool, and nothing else is under way. */
  readonly poolIsExhausted?: boolean;
  /** Set if it has done what no server may do: called process.exit, or left an error without a handler. */
  readonly misconduct?: Misconduct;
}

export type Misconduct =
  | { readonly kind: "exit"; readonly code: string }
  | { readonly kind: "unhandled"; readonly text: string };

export type FromBuyer =
  /** It listens. What was sent before may be lost. */
  | { readonly type: "ready" }
  | { readonly type: "loaded"; readonly problem?: string }
  /** Its connection's server process. */
  | { readonly type: "backend"; readonly pid: number }
  /** Whether the connection waits for a lock. */
  | { readonly type: "waiting"; readonly pid: number; readonly isWaiting: boolean }
  | { readonly type: "pong" }
  | Report;
