import { perform } from "../replays/perform.ts";
import type { Scenario } from "../replays/replay.ts";
import type { ReplayServices } from "../replays/stage.ts";
import type { Column } from "./column.ts";

/** A scenario that is played step by step. */
export function replayColumn(services: ReplayServices, scenario: Scenario): Column {
  const { name, title, question } = scenario;
  return {
    name,
    title,
    question,
    replayable: true,
    timed: false,
    async measure(strategy) {
      const notFor = scenario.notFor(strategy);
      if (notFor) return { result: "not-applicable", sentence: notFor, tookMs: null };
      const { outcome } = await perform(services, scenario, strategy);
      const result = outcome.survived ? "survives" : "loses";
      return { result, sentence: `${outcome.headline} ${outcome.sentence}`, tookMs: null };
    },
  };
}
