import { median } from "./bench/rounds.ts";
import {
  type K6Summary,
  type Outcome,
  outcomes,
  type StrategyResult,
  type StrategyRound,
  type Verdict,
} from "./results.ts";

/** Rotates and reverses the list with each round, so that no strategy is always measured first, or always after the same one. */
export function inOrderOfRound<T>(items: readonly T[], round: number): T[] {
  const first = Math.floor((round * items.length) / 3) % Math.max(items.length, 1);
  const rotated = [...items.slice(first), ...items.slice(0, first)];
  return round % 2 === 0 ? rotated : rotated.reverse();
}

/** All rounds of one strategy in one result: counts are summed up, rates and latencies are medians of the rounds. */
export function combine(rounds: readonly [StrategyRound, ...StrategyRound[]]): StrategyResult {
  const [first] = rounds;
  const middle = (value: (round: StrategyRound) => number) => median(rounds.map(value));
  const held = rounds.flatMap(({ heldMs }) => heldMs ?? []);
  const { runId: _, ...rest } = first;
  return {
    ...rest,
    summary: combineSummaries(rounds.map(({ summary }) => summary)),
    verdict: combineVerdicts(rounds.map(({ verdict }) => verdict)),
    // The one that has the most to say: a contradiction, then a history that could not be judged.
    history:
      rounds.find(({ history }) => history.verdict === "not-linearizable")?.history ??
      rounds.find(({ history }) => history.verdict === "unknown")?.history ??
      first.history,
    unitsPerSecond: middle(({ unitsPerSecond }) => unitsPerSecond),
    heldMs: held.length > 0 ? median(held) : undefined,
    errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
    failures: [...new Set(rounds.flatMap(({ failures }) => failures))],
    rounds: rounds.map(({ runId, unitsPerSecond, heldMs, summary }) => ({
      runId,
      unitsPerSecond,
      heldMs,
      wallMs: summary.wallMs,
    })),
  };
}

function combineSummaries(rounds: readonly K6Summary[]): K6Summary {
  const sum = (value: (round: K6Summary) => number) => rounds.reduce((total, round) => total + value(round), 0);
  const latency = (key: keyof K6Summary["latencyMs"]) => median(rounds.map(({ latencyMs }) => latencyMs[key]));
  const counts = outcomes.map((outcome) => [outcome, sum((round) => round.outcomes[outcome])]);
  return {
    checkouts: sum(({ checkouts }) => checkouts),
    outcomes: Object.fromEntries(counts) as Record<Outcome, number>,
    unitsReserved: sum(({ unitsReserved }) => unitsReserved),
    wallMs: sum(({ wallMs }) => wallMs),
    soldMs: sum(({ soldMs }) => soldMs),
    latencyMs: {
      p50: latency("p50"),
      p95: latency("p95"),
      p99: latency("p99"),
      max: Math.max(...rounds.map(({ latencyMs }) => latencyMs.max)),
    },
  };
}

function combineVerdicts(rounds: readonly Verdict[]): Verdict {
  const sum = (value: (round: Verdict) => number) => rounds.reduce((total, round) => total + value(round), 0);
  return {
    strategy: rounds[0]?.strategy ?? "",
    initialStock: sum(({ initialStock }) => initialStock),
    stock: sum(({ stock }) => stock),
    unitsSold: sum(({ unitsSold }) => unitsSold),
    unitsOversold: sum(({ unitsOversold }) => unitsOversold),
    lostUpdates: sum(({ lostUpdates }) => lostUpdates),
    soldOutTooEarly: sum(({ soldOutTooEarly }) => soldOutTooEarly),
    orders: sum(({ orders }) => orders),
    ordersWithoutMovement: sum(({ ordersWithoutMovement }) => ordersWithoutMovement),
    movementsWithoutOrder: sum(({ movementsWithoutOrder }) => movementsWithoutOrder),
    passed: rounds.every(({ passed }) => passed),
    evidence: rounds.flatMap(({ evidence }) => evidence),
  };
}
