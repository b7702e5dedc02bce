import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../../db/client.ts";
import { tryToLead } from "../../db/leader.ts";
import { ShopError } from "../../errors.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import { ledgerVerdict } from "../verdict/ledger-verdict.ts";
import { readLedger } from "../verdict/read-ledger.ts";
import { outcomeOf } from "./outcome.ts";
import type { Replay } from "./replay.ts";
import { ReplayDisturbed } from "./replay.ts";
import { classics, numberOf } from "./scenarios/catalogue.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { type ReplayServices, Stage } from "./stage.ts";

/** The limit for this replica. Each replay opens several connections to PostgreSQL. */
const AT_ONCE = 6;
const RETRIES = 2;

/** Plays replays, at most `AT_ONCE` concurrently in this replica. */
export function replayPlayer(services: ReplayServices) {
  let underWay = 0;

  return {
    /** @throws ShopError INVALID_REQUEST when the scenario makes no sense under the strategy, TOO_MANY_REPLAYS. */
    async play(scenario: Scenario, strategy: Strategy): Promise<Replay> {
      const notFor = scenario.notFor(strategy);
      if (notFor) throw new ShopError("INVALID_REQUEST", notFor);
      if (underWay >= AT_ONCE) {
        throw new ShopError("TOO_MANY_REPLAYS", "Other replays are running. Try again in a moment.");
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
 * Plays a scenario once. If something outside the script disturbed it, plays it again with new products, at most twice: a
 * stalled machine may lose a lease too early, and PostgreSQL may report a false serialization failure.
 */
export async function perform(services: ReplayServices, scenario: Scenario, strategy: Strategy): Promise<Replay> {
  const once = () => performOnce(services, scenario, strategy);
  const play = strategy.write === "serializable" ? () => oneAtATime(services.shop.database, once) : once;
  for (let left = RETRIES; ; left -= 1) {
    try {
      return await play();
    } catch (error) {
      if (!(error instanceof ReplayDisturbed) || left === 0) throw error;
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
  const asked = stage.buyers.length;
  const settled = { buyersAsked: asked, buyersAnswered: asked };
  await database.labRun.updateMany({ where: { id: { in: stage.runs.map((run) => run.id) } }, data: settled });
  const ledgers = await Promise.all(stage.runs.map((run) => readLedger(database, run)));
  const verdicts = ledgers.map(ledgerVerdict);
  const number = numberOf(scenario.name, strategy.name);
  return {
    scenario: scenario.name,
    strategy: strategy.name,
    number,
    title: number === null ? `${scenario.title}: ${strategy.name}` : (classics[number - 1]?.title ?? scenario.title),
    question: scenario.question,
    shoppers: stage.buyers.map((buyer) => buyer.name),
    products: [...stage.products],
    steps: stage.steps,
    outcome: outcomeOf(scenario, stage, verdicts),
    answers: Object.fromEntries(stage.buyers.flatMap(({ name, answer }) => (answer ? [[name, answer]] : []))),
    verdicts,
    events: stage.events,
  };
}

const WAIT_BOUND_MS = 25_000;

/**
 * Plays at most one replay at a time in the whole system. PostgreSQL may detect serialization conflicts by page instead of
 * by row, so that two replays with different products can abort each other's transactions.
 * Source: https://www.postgresql.org/docs/current/transaction-iso.html#XACT-SERIALIZABLE
 */
async function oneAtATime<T>(database: Database, play: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + WAIT_BOUND_MS;
  for (;;) {
    const leadership = await tryToLead(database, "serializable replays");
    if (leadership) return play().finally(() => leadership.resign());
    if (performance.now() > deadline) {
      throw new ShopError("TOO_MANY_REPLAYS", "Too many replays of this kind are waiting. Try again.");
    }
    await sleep(50 + Math.random() * 100);
  }
}
