import type { Process, Run, System } from "@last-unit/explorer";
import { letterOf, requestsOf, type Scenario } from "../spec.ts";
import type { Buyer } from "./buyer.ts";
import type { CallEnd } from "./buyer-surroundings.ts";
import type { Buyers } from "./buyers.ts";
import { type Called, judge } from "./judge.ts";
import type { PracticeDatabase } from "./practice-database.ts";

/** A scenario, and which of the first buyer's steps its process does not live to see. */
export interface Variant {
  readonly scenario: Scenario;
  /** Counted from 0. Set only if the scenario kills. */
  readonly killBefore?: number;
}

export interface ScenarioSystem {
  readonly system: System;
  /** Whether the first buyer's process was killed in the latest execution. */
  readonly wasKilled: () => boolean;
}

/** The system that the explorer runs: the buyers of a scenario, over freshly filled tables. */
export function scenarioSystem(variant: Variant, buyers: Buyers, database: PracticeDatabase): ScenarioSystem {
  let wasKilled = false;
  const system = async (): Promise<Run> => {
    const { scenario, killBefore } = variant;
    await database.reset(scenario.stock);
    wasKilled = false;
    const requests = requestsOf(scenario);
    const taken = await buyers.take(requests.length);
    const calls = new Calls(requests.length);
    // Until it is known what the buyers have left behind, they may have left anything.
    let isTidy = false;
    let firstIsGone = () => {};
    const firstEnded = new Promise<void>((resolve) => {
      firstIsGone = resolve;
    });
    const waitsForFirst = new Set<string>();

    const processes = requests.map((request, index) => async (process: Process) => {
      const isFirst = index === 0;
      if (killBefore !== undefined && !isFirst) {
        waitsForFirst.add(process.name);
        await firstEnded;
        waitsForFirst.delete(process.name);
      }
      const buyer = taken[index] as Buyer;
      const end = await buyer.run(calls.watch(process, index), request, isFirst ? killBefore : undefined);
      calls.end(index, end);
      if (isFirst) {
        wasKilled = end.kind === "killed";
        firstIsGone();
      }
      return end;
    });

    return {
      processes,
      blockedBy: (name) => (waitsForFirst.has(name) ? [letterOf(0)] : buyers.blockedBy(name)),
      async judge() {
        if (buyers.cannotJudge) return [buyers.cannotJudge.message];
        const rows = await database.rows(buyers.backends);
        isTidy = rows.left.length === 0;
        const called = requests.map((request, index) => {
          const call = calls.of(index);
          // In a scenario that kills, nobody hears the first buyer's answer, even if it was sent.
          return { request, ...call, ...(killBefore !== undefined && index === 0 ? { outcome: undefined } : {}) };
        });
        return judge({ initial: scenario.stock, calls: called, rows });
      },
      async values() {
        const { stock, orders } = await database.rows([]);
        return {
          ...Object.fromEntries(Object.entries(stock).map(([sku, left]) => [sku, String(left)])),
          orders: String(orders.length),
        };
      },
      end: () => buyers.tidy(isTidy),
    };
  };
  return { system, wasKilled: () => wasKilled };
}

/** When each call began and ended. A call begins with the first step that it takes, not when it arrives there. */
class Calls {
  readonly #calls: Omit<Called, "request">[];
  #moment = 0;

  constructor(count: number) {
    this.#calls = Array.from({ length: count }, () => ({ begunAt: Number.NaN, unreleased: 0 }));
  }

  of(index: number): Omit<Called, "request"> {
    this.#begin(index);
    return this.#calls[index] as Omit<Called, "request">;
  }

  watch(process: Process, index: number): Process {
    return {
      name: process.name,
      clock: process.clock,
      remark: (text) => process.remark(text),
      recheck: () => process.recheck(),
      deadlock: (cycle) => process.deadlock(cycle),
      step: (step, perform) =>
        process.step(step, () => {
          this.#begin(index);
          return perform();
        }),
    };
  }

  end(index: number, end: CallEnd): void {
    this.#begin(index);
    if (end.kind === "killed") return;
    this.#moment += 1;
    const { outcome, unreleased } = end;
    this.#calls[index] = { ...(this.#calls[index] as Called), endedAt: this.#moment, outcome, unreleased };
  }

  #begin(index: number): void {
    const call = this.#calls[index] as Called;
    if (!Number.isNaN(call.begunAt)) return;
    this.#moment += 1;
    this.#calls[index] = { ...call, begunAt: this.#moment };
  }
}
