import type { Redis } from "ioredis";
import type { CheckpointDetail, CheckpointName } from "../inventory/checkpoint.ts";

/** One checkpoint of one buyer of a run, as the event stream carries it. */
export interface RaceEvent extends CheckpointDetail {
  /** Epoch milliseconds with a fraction, by the replica's clock. */
  at: number;
  shopper: string;
  /** One checkout attempt: the same for all its checkpoints. */
  attempt: string;
  replica: string;
  checkpoint: CheckpointName;
}

const STREAM_LIFE_SECONDS = 3_600;
const STREAM_EVENTS_KEPT = 50_000;

export const streamKey = (runId: string) => `lab:run:${runId}:events`;

/** Epoch milliseconds with microsecond resolution. */
export const preciseNow = () => performance.timeOrigin + performance.now();

/**
 * Sends events to the events Redis without waiting for it: a checkout is never slowed by who watches, nor by an events
 * Redis that is away. Those events are lost to the drawing and to nothing else: the verdict does not rest on them.
 */
export function eventPublisher(redis: Redis | undefined): (runId: string, event: RaceEvent) => void {
  return (runId, event) => {
    if (redis?.status !== "ready") return;
    const key = streamKey(runId);
    redis
      .pipeline()
      .xadd(key, "MAXLEN", "~", STREAM_EVENTS_KEPT, "*", "event", JSON.stringify(event))
      .expire(key, STREAM_LIFE_SECONDS)
      .exec()
      .catch(() => {});
  };
}
