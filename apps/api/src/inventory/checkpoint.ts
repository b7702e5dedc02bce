/**
 * The places that every checkout passes. A checkpoint is one awaited call: a no-op in the shop; in the lab it emits an
 * event, can hold the caller, and is where a fault strikes.
 *
 * `arrived` and `answered` frame the request; the rest happens inside the strategy. After a `conflict` the transaction
 * begins again, so a checkout may pass some of them several times.
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

/** How the lock nodes voted. */
export interface Votes {
  for: number;
  /** The node answered: somebody else holds the key. */
  against: number;
  /** The node did not answer in time, or not at all. */
  unavailable: number;
}

export interface CheckpointDetail {
  sku?: string;
  /** Stock as seen by a read, or as left by a write. */
  stock?: number;
  quantity?: number;
  unitNumbers?: readonly number[];
  votes?: Votes;
  waitedMs?: number;
  outcome?: string;
  /** Why the transaction was undone and is tried again: a SQLSTATE, or `version`. */
  conflict?: string;
  /** The lease's number, in digits: it may be larger than a JSON number holds. */
  fencingToken?: string;
  /** The highest token that the stock row has seen. */
  fence?: string;
  orderId?: string;
}

export type Checkpoint = (name: CheckpointName, detail?: CheckpointDetail) => Promise<void>;

/** Where nobody watches. Whoever passes many buyers' checkpoints may leave this one out. */
export const noCheckpoint: Checkpoint = async () => {};
