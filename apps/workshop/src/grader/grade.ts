import { type Counterexample, type Exploration, explore, extentOf, replay, scheduleOf } from "@last-unit/explorer";
import type { Scenario, Spec } from "../spec.ts";
import { Buyers, type Workbench } from "./buyers.ts";
import { CannotJudge } from "./cannot-judge.ts";
import { compile } from "./compile.ts";
import { type ScenarioSystem, scenarioSystem, type Variant } from "./scenario-system.ts";

/** What is known of a solution. */
export type Grade =
  | { readonly verdict: "correct"; readonly explored: readonly Explored[] }
  | { readonly verdict: "wrong"; readonly explored: readonly Explored[]; readonly failure: Failure }
  | { readonly verdict: "cannot be judged"; readonly explored: readonly Explored[]; readonly reason: CannotJudge };

/** How far a scenario was explored. */
export interface Explored {
  readonly scenario: string;
  readonly orders: number;
  /** In a few words. */
  readonly extent: string;
}

export interface Failure {
  /** `2`, or `3.1` for the variant of scenario 3 in which the first buyer is killed before its second step. */
  readonly reference: string;
  readonly variant: Variant;
  /** The shortest wrong order, with the tables' values after each step. */
  readonly counterexample: Counterexample;
}

export interface GradeOptions {
  readonly signal?: AbortSignal;
  onProgress?(progress: { scenario: string; orders: number }): void;
}

/** Orders with few preemptions come first, and they show nearly all bugs. */
const MOST_ORDERS = 300;
/** A checkout that takes so many steps does not end. */
const MOST_STEPS = 120;
/** Longer than the buyers' own bounds: it ends what they do not. */
const EXECUTION_BOUND_MS = 30_000;
const MOST_KILLS = 40;

/** Grades solutions on one database, one after another. */
export class Grader {
  readonly #bench: Workbench;

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  /** Runs the solution through every scenario, and stops at the first one in which an order is wrong. */
  async grade(file: string, spec: Spec, options: GradeOptions = {}): Promise<Grade> {
    const explored: Explored[] = [];
    return this.#withBuyers(file, explored, async (buyers) => {
      for (const [index, scenario] of spec.scenarios.entries()) {
        const progress = (orders: number) => options.onProgress?.({ scenario: scenario.name, orders });
        let [orders, extent] = [0, ""];
        for (const variant of variantsOf(scenario)) {
          options.signal?.throwIfAborted();
          const own = scenarioSystem(variant, buyers, this.#bench.database);
          await this.#bench.database.truncate();
          const before = orders;
          const exploration = await exploreUntilWrong(own, scenario, buyers, options.signal, (more) =>
            progress(before + more),
          );
          options.signal?.throwIfAborted();
          throwIfNotJudged(exploration, buyers);
          orders += exploration.orders;
          extent = extentInWords(exploration);
          if (exploration.counterexample) {
            explored.push({ scenario: scenario.name, orders, extent });
            const reference = referenceOf(index, variant);
            const counterexample = await this.#withValues(own, exploration.counterexample.schedule);
            return { verdict: "wrong", explored, failure: { reference, variant, counterexample } };
          }
          if (variant.killBefore !== undefined && !own.wasKilled()) break;
        }
        if (scenario.kill) extent = `killed at ${orders - 1} steps, and after the answer`;
        explored.push({ scenario: scenario.name, orders, extent });
      }
      return { verdict: "correct", explored };
    });
  }

  /** Runs one order of one scenario. @throws InvalidSchedule */
  async replay(file: string, spec: Spec, reference: string, schedule: string): Promise<Grade> {
    const variant = variantAt(spec, reference);
    return this.#withBuyers(file, [], async (buyers) => {
      await this.#bench.database.truncate();
      const own = scenarioSystem(variant, buyers, this.#bench.database);
      const counterexample = await this.#withValues(own, schedule);
      if (buyers.cannotJudge) throw buyers.cannotJudge;
      if (counterexample.wrong.length === 0) return { verdict: "correct", explored: [] };
      return { verdict: "wrong", explored: [], failure: { reference, variant, counterexample } };
    });
  }

  async #withBuyers(file: string, explored: Explored[], work: (buyers: Buyers) => Promise<Grade>): Promise<Grade> {
    let buyers: Buyers | undefined;
    try {
      buyers = new Buyers(await compile(file), this.#bench);
      return await work(buyers);
    } catch (error) {
      if (!(error instanceof CannotJudge)) throw error;
      return { verdict: "cannot be judged", explored, reason: error };
    } finally {
      await buyers?.close();
    }
  }

  async #withValues({ system }: ScenarioSystem, schedule: string): Promise<Counterexample> {
    const execution = await replay(system, schedule, {
      withValues: true,
      maxSteps: MOST_STEPS,
      signal: AbortSignal.timeout(EXECUTION_BOUND_MS),
    });
    return { ...execution, schedule: scheduleOf(execution) };
  }
}

/** The variant that `Failure.reference` names. */
export function variantAt(spec: Spec, reference: string): Variant {
  const [, place, kill] = /^(\d+)(?:\.(\d+))?$/.exec(reference) ?? [];
  const scenario = spec.scenarios[Number(place) - 1];
  if (!scenario || (kill !== undefined) !== (scenario.kill === true)) {
    const all = spec.scenarios.map(({ name, kill: kills }, index) => `${index + 1}${kills ? ".0" : ""} (${name})`);
    throw new RangeError(`There is no scenario ${reference}. There are ${all.join(", ")}.`);
  }
  return { scenario, killBefore: kill === undefined ? undefined : Number(kill) };
}

const referenceOf = (index: number, { killBefore }: Variant) =>
  `${index + 1}${killBefore === undefined ? "" : `.${killBefore}`}`;

function variantsOf(scenario: Scenario): Variant[] {
  if (!scenario.kill) return [{ scenario }];
  return Array.from({ length: MOST_KILLS }, (_, killBefore) => ({ scenario, killBefore }));
}

/** A purchase is an order here, so the explorer's orders of steps have another name. */
function extentInWords(exploration: Exploration): string {
  if (exploration.orders === 1 && exploration.completeUpTo === "all") return "the only interleaving";
  return extentOf(exploration).replace("orders", "interleavings");
}

/** Explores until all orders with as few preemptions as the first wrong one are explored. */
async function exploreUntilWrong(
  { system }: ScenarioSystem,
  { mostOrders = MOST_ORDERS }: Scenario,
  buyers: Buyers,
  signal: AbortSignal | undefined,
  onOrders: (orders: number) => void,
): Promise<Exploration> {
  const enough = new AbortController();
  let wrongAt = Number.POSITIVE_INFINITY;
  buyers.onCannotJudge = () => enough.abort();
  return explore(system, {
    limit: mostOrders,
    maxSteps: MOST_STEPS,
    signal: signal ? AbortSignal.any([signal, enough.signal]) : enough.signal,
    executionSignal: () => AbortSignal.timeout(EXECUTION_BOUND_MS),
    onProgress({ orders, wrong, preemptions }) {
      if (wrong > 0) wrongAt = Math.min(wrongAt, preemptions);
      if (preemptions > wrongAt) enough.abort();
      onOrders(orders);
    },
  });
}

function throwIfNotJudged({ notDeterministic }: Exploration, buyers: Buyers): void {
  if (buyers.cannotJudge) throw buyers.cannotJudge;
  if (!notDeterministic) return;
  const { expected, actual } = notDeterministic;
  const at = expected.findIndex((line, index) => line !== actual[index]);
  throw new CannotJudge(
    "NOT_DETERMINISTIC",
    `The same order of steps has led to different steps. At first: ${expected[at] ?? "the end"}. Then: ${actual[at] ?? "the end"}.`,
    "Look for a decision that depends on chance, on the real time, or on something that an earlier checkout has left.",
  );
}
