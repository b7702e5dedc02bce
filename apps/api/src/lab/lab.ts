import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { LabRun } from "@last-unit/prisma";
import type { RaceTerms } from "../checkout/shop.ts";
import { type Checkpoint, type CheckpointDetail, type CheckpointName, noCheckpoint } from "../inventory/checkpoint.ts";
import type { Answer } from "./answers.ts";
import { preciseNow, type RaceEvent } from "./events.ts";
import { stopwatch } from "./stopwatch.ts";

interface RaceOptions {
  run: Pick<LabRun, "id" | "strategy" | "thinkTimeMs" | "watchable">;
  shopper?: string;
  /** Chosen by a client that keeps a record of its own. */
  attempt?: string;
  quantity: number;
  replica: string;
  publish(runId: string, event: RaceEvent): void;
  keepAnswer(answer: Answer): Promise<void>;
}

/** One buyer's way through a run: its checkpoints are drawn, its think time is spent, and its answer is kept. */
export interface Race {
  terms: RaceTerms;
  /**
   * To be awaited before the buyer is answered, so that a verdict knows every answer that anybody has got. Of a run that
   * is not watchable, only what its crowds have kept.
   */
  answered(outcome: string, detail?: Pick<CheckpointDetail, "orderId" | "unitNumbers">): Promise<void>;
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

/** Nothing is drawn, and the run's crowds keep their answers themselves. */
function enterUnwatched({ id, strategy, thinkTimeMs }: RaceOptions["run"]): Race {
  return {
    terms: { runId: id, strategy, checkpoint: thinkingWhenChecked(thinkTimeMs) },
    answered: async () => {},
  };
}

/** The work that a real shop does between reading and writing: prices, taxes, a fraud check. */
function thinkingWhenChecked(thinkTimeMs: number): Checkpoint {
  if (thinkTimeMs === 0) return noCheckpoint;
  return async (checkpoint) => {
    if (checkpoint === "checked") await sleep(thinkTimeMs);
  };
}
