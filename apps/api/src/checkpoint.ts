import type { Votes } from "@last-unit/locks";

/**
 * The steps that every checkout passes. A checkpoint is one awaited call. It does nothing in the shop; in the lab it
 * publishes an event, can hold the caller, and can inject a fault.
 *
 * `arrived` and `answered` are passed at the beginning and the end of the request, all others inside the strategy. After a
 * `conflict` the transaction starts again, so a checkout may pass some checkpoints several times. `refused` is passed when
 * too little stock is left, and, with the votes of the lock nodes, when the lock is not granted.
 */
export type CheckpointName =
  | "arrived"
  | "waiting"
  | "locked"
  | "read"
  | "checked"
  | "written"
  | "committed"
  | "released"
  | "conflict"
  | "refused"
  | "lost"
  | "answered";

export interface CheckpointDetail {
  sku?: string;
  /** The stock that a read returned or a write left. */
  stock?: number;
  quantity?: number;
  unitNumbers?: readonly number[];
  votes?: Votes;
  waitedMs?: number;
  outcome?: string;
  /** Why the transaction was rolled back and is retried: a SQLSTATE, or `version`. */
  conflict?: string;
  /** In decimal digits, because a token may exceed a JSON number. */
  fencingToken?: string;
  /** The highest token that the stock row has stored. */
  fence?: string;
  orderId?: string;
}

export type Checkpoint = (name: CheckpointName, detail?: CheckpointDetail) => Promise<void>;

/** A checkpoint that does nothing. Batch code may skip it. */
export const noCheckpoint: Checkpoint = async () => {};
