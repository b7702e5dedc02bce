import type { CheckpointName } from "../../checkpoint.ts";
import type { Database } from "../../db/client.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import type { crowds } from "../races/crowd.ts";
import { createRun } from "../races/runs.ts";
import { perform } from "../replays/perform.ts";
import type { Scenario } from "../replays/scenarios/scenario.ts";
import { type ReplayServices, Stage } from "../replays/stage.ts";
import { ledgerVerdict } from "../verdict/ledger-verdict.ts";
import { readLedger } from "../verdict/read-ledger.ts";

export interface Finding {
  result: "survives" | "loses" | "not-applicable" | "unavailable" | "not-measured";
  sentence: string;
  /** Null unless the durations of different strategies are comparable. */
  tookMs: number | null;
}

/** A failure scenario, which a strategy passes or fails. */
export interface Column {
  name: string;
  title: string;
  question: string;
  /** Whether each cell links to a replay. */
  replayable: boolean;
  /** Measured before the other columns, one strategy at a time, so that durations are comparable. */
  timed: boolean;
  measure(strategy: Strategy): Promise<Finding>;
}

/** A column for a scenario that is replayed step by step. */
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

const BUYERS = 40;
const UNITS = 3;
/** The delay between read and write. Without it, too few unlocked buyers overlap to show the race. */
const THINK_TIME_MS = 20;

/** A column for concurrent buyers, who send requests over HTTP to all replicas. */
export function crowdColumn(database: Database, crowd: ReturnType<typeof crowds>): Column {
  return {
    name: "crowd",
    title: "Concurrent buyers",
    question: `${BUYERS} buyers order ${UNITS} units at the same moment, on all replicas. Are exactly ${UNITS} sold, and how long does it take to answer everybody?`,
    replayable: false,
    timed: true,
    async measure({ name: strategy }) {
      const run = await createRun(database, { strategy, stock: UNITS, thinkTimeMs: THINK_TIME_MS });
      await database.labRun.update({ where: { id: run.id }, data: { buyersAsked: BUYERS } });
      const began = performance.now();
      await crowd.send({ run, count: BUYERS, quantity: 1 });
      const tookMs = Math.round(performance.now() - began);
      const { passed, unitsSold, evidence, answers } = ledgerVerdict(await readLedger(database, run));
      const busy = answers.LOCK_BUSY ? ` ${answers.LOCK_BUSY} of them were told LOCK_BUSY.` : "";
      if (!passed) {
        const sentence = `${unitsSold} sold of ${UNITS}. ${evidence[0]?.message ?? ""}`;
        return { result: "loses", sentence, tookMs };
      }
      const sentence = `${unitsSold} of ${UNITS} units sold, none twice; all ${BUYERS} buyers were answered after ${tookMs} ms.${busy}`;
      return { result: unitsSold === UNITS ? "survives" : "loses", sentence, tookMs };
    },
  };
}

const WAITING = ["B", "C", "D"];

/** A column that counts the database connections of waiting buyers, according to PostgreSQL. */
export function waitingOutsideColumn(services: ReplayServices): Column {
  return {
    name: "waiting-outside",
    title: "Waiting outside the database",
    question: "While one buyer is held before its commit, do the waiting buyers hold database connections?",
    replayable: false,
    timed: false,
    async measure(strategy) {
      if (strategy.takeStatement) {
        const sentence = `Under ${strategy.name} one statement writes and commits: no buyer can be held between the two.`;
        return { result: "not-applicable", sentence, tookMs: null };
      }
      // A batch is committed with its last write.
      const heldAt: CheckpointName = strategy.changeTogether ? "checked" : "written";
      const stage = await Stage.open(services, strategy, { products: ["lamp"], stock: 1 });
      try {
        const writer = await stage.enter("A");
        await writer.go([heldAt]);
        for (const name of WAITING) await (await stage.enter(name)).go([heldAt]);
        const held = await stage.observer.openTransactions(WAITING);
        const sentence =
          held === 0
            ? `${WAITING.length} buyers wait, none of them with a database connection.`
            : strategy.changeTogether
              ? `${WAITING.length} buyers, each at its own replica, wait and hold ${held} database connections: one for each replica, however many buyers.`
              : `${WAITING.length} buyers wait and hold ${held} database connections; enough buyers would take all of them.`;
        return { result: held === 0 ? "survives" : "loses", sentence, tookMs: null };
      } finally {
        await stage.close();
      }
    },
  };
}
