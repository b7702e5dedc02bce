import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Race } from "../../checkout/order.ts";
import type { RunOnSale } from "../../checkout/product-cache.ts";
import { type Checkpoint, type CheckpointDetail, type CheckpointName, noCheckpoint } from "../../checkpoint.ts";
import type { LockLimits } from "../../inventory/strategy.ts";
import type { Answer } from "./answers.ts";
import { preciseNow, type RaceEvent } from "./events.ts";
import { stopwatch } from "./stopwatch.ts";

interface RaceOptions {
  run: RunOnSale;
  shopper?: string;
  /** Chosen by a client that records its own history. */
  attempt?: string;
  quantity: number;
  replica: string;
  publish(runId: string, event: RaceEvent): void;
  keepAnswer(answer: Answer): Promise<void>;
}

export function enterRace(options: RaceOptions): Race {
  if (!options.run.watchable) return enterUnwatched(options.run);
  const { run, shopper, attempt = randomUUID(), quantity, replica, publish, keepAnswer } = options;
  const name = shopper ?? attempt.slice(0, 4);
  const interval = stopwatch();
  const think = thinkingWhenChecked(run.thinkTimeMs);
  let waitedMs = 0;

  const emit = (checkpoint: CheckpointName, detail: CheckpointDetail = {}) =>
    publish(run.id, { at: preciseNow(), shopper: name, attempt, replica, checkpoint, ...detail });

  emit("arrived", { quantity });
  return {
    terms: {
      runId: run.id,
      strategy: run.strategy,
      lockLimits: limitsOf(run),
      async checkpoint(checkpoint, detail) {
        emit(checkpoint, detail);
        if (checkpoint === "locked") waitedMs += detail?.waitedMs ?? 0;
        await think(checkpoint);
      },
    },
    async answered(outcome, detail) {
      const told = { outcome, orderId: detail?.orderId, unitNumbers: [...(detail?.unitNumbers ?? [])] };
      const asked = { runId: run.id, attempt, shopper: name, replica, quantity };
      await keepAnswer({ ...asked, ...told, ...interval(), observer: "replica", waitedMs });
      emit("answered", { ...detail, outcome });
    },
  };
}

/** A run that is not watchable: publishes no checkpoints, and the lab's buyers record their own responses. */
function enterUnwatched(run: RaceOptions["run"]): Race {
  const { id, strategy, thinkTimeMs } = run;
  return {
    terms: { runId: id, strategy, lockLimits: limitsOf(run), checkpoint: thinkingWhenChecked(thinkTimeMs) },
    answered: async () => {},
  };
}

const limitsOf = ({ lockTtlMs, lockWaitMs }: RaceOptions["run"]): LockLimits => ({
  ...(lockTtlMs !== null && { lockTtlMs }),
  ...(lockWaitMs !== null && { lockWaitMs }),
});

/** Simulates the work that a real shop does between read and write: prices, taxes, a fraud check. */
function thinkingWhenChecked(thinkTimeMs: number): Checkpoint {
  if (thinkTimeMs === 0) return noCheckpoint;
  return async (checkpoint) => {
    if (checkpoint === "checked") await sleep(thinkTimeMs);
  };
}
