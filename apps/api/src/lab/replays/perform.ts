import { ShopError } from "../../errors.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import { readLedger } from "../read-ledger.ts";
import { judge } from "../verdict.ts";
import { alone } from "./alone.ts";
import { classics, numberOf } from "./catalogue.ts";
import { outcomeOf } from "./outcome.ts";
import type { Replay, Scenario } from "./replay.ts";
import { StageSpoiled } from "./spoiled.ts";
import { type ReplayServices, Stage } from "./stage.ts";

/** Each one has a few connections of its own to PostgreSQL. */
const AT_ONCE = 6;
const BEGUN_ANEW = 2;

/** Plays replays, a bounded number at once in this replica. */
export function replayTheatre(services: ReplayServices) {
  let underWay = 0;

  return {
    /** @throws ShopError INVALID_REQUEST when the scenario makes no sense under the strategy, TOO_MANY_REPLAYS. */
    async play(scenario: Scenario, strategy: Strategy): Promise<Replay> {
      const notFor = scenario.notFor(strategy);
      if (notFor) throw new ShopError("INVALID_REQUEST", notFor);
      if (underWay >= AT_ONCE) {
        throw new ShopError("TOO_MANY_REPLAYS", "Other replays are being played. Try again in a moment.");
      }
      underWay += 1;
      try {
        return await perform(services, scenario, strategy);
      } finally {
        underWay -= 1;
      }
    },
  };
}

/**
 * A machine that stalls may lose a lease before the script pauses its holder, and PostgreSQL may end a transaction by a
 * false alarm. Then the history is begun once more, with fresh products, twice at most.
 */
export async function perform(services: ReplayServices, scenario: Scenario, strategy: Strategy): Promise<Replay> {
  const once = () => performOnce(services, scenario, strategy);
  const play = strategy.write === "serializable" ? () => alone(services.databaseUrl, once) : once;
  for (let left = BEGUN_ANEW; ; left -= 1) {
    try {
      return await play();
    } catch (error) {
      if (!(error instanceof StageSpoiled) || left === 0) throw error;
    }
  }
}

async function performOnce(services: ReplayServices, scenario: Scenario, strategy: Strategy): Promise<Replay> {
  const stage = await Stage.open(services, strategy, scenario);
  try {
    await scenario.play(stage);
  } finally {
    await stage.close();
  }
  const { database } = services.shop;
  const asked = stage.shoppers.length;
  const settled = { buyersAsked: asked, buyersAnswered: asked };
  await database.labRun.updateMany({ where: { id: { in: stage.runs.map((run) => run.id) } }, data: settled });
  const ledgers = await Promise.all(stage.runs.map((run) => readLedger(database, run)));
  const verdicts = ledgers.map(judge);
  const number = numberOf(scenario.name, strategy.name);
  return {
    scenario: scenario.name,
    strategy: strategy.name,
    number,
    title: number === null ? `${scenario.title}: ${strategy.name}` : (classics[number - 1]?.title ?? scenario.title),
    question: scenario.question,
    shoppers: stage.shoppers.map((shopper) => shopper.name),
    products: [...stage.products],
    steps: stage.steps,
    outcome: outcomeOf(scenario, stage, verdicts),
    answers: Object.fromEntries(stage.shoppers.flatMap(({ name, answer }) => (answer ? [[name, answer]] : []))),
    verdicts,
    events: stage.events,
  };
}
