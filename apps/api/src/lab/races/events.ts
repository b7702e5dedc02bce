import type { Redis } from "ioredis";
import type { CheckpointDetail, CheckpointName } from "../../checkpoint.ts";

/** An event of the event stream: one buyer of a run has passed a checkpoint. */
export interface RaceEvent extends CheckpointDetail {
  /** Epoch milliseconds with a fraction, by the replica's clock. */
  at: number;
  shopper: string;
  /** Identifies the checkout attempt. All its checkpoints have the same value. */
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
 * Publishes events to the events Redis without waiting for it, so that neither viewers nor an unavailable Redis slow a
 * checkout down. If Redis is unavailable, the events are missing from the drawing; the verdict does not use them.
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
