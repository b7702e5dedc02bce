// The long run of the property tests, with its seeds and counts. From the root of the clone:
//   npx tsx apps/checker/bench/prove.ts [first seed] [share of the full numbers, 1 where absent]

import { checkLinearizable, linearConditions, pairEvents, stockModel } from "../src/index.ts";
import { bruteForce, naiveStock } from "../test/brute-force.ts";
import { Random } from "../test/random.ts";
import { simulate } from "../test/simulate.ts";
import { faults, type Simulation } from "../test/simulated-shop.ts";
import { smallStockHistory } from "../test/small-histories.ts";

const firstSeed = Number(process.argv[2] ?? 1);
const share = Number(process.argv[3] ?? 1);

function seeds(count: number): number[] {
  return Array.from({ length: Math.ceil(count * share) }, (_, index) => firstSeed + index);
}

/** Says what became of the seeds, and which failed. */
function report(what: string, all: readonly number[], failed: readonly number[]): void {
  const which = failed.length === 0 ? "" : `; first failed seeds: ${failed.slice(0, 5).join(", ")}`;
  console.log(`${what}: ${all.length - failed.length} of ${all.length} (seeds ${all[0]} to ${all.at(-1)}${which})`);
  if (failed.length > 0) process.exitCode = 1;
}

function shop(seed: number): Simulation {
  const random = new Random(seed);
  return {
    seed,
    operations: random.integer(1, 120),
    buyers: random.integer(1, 12),
    skus: random.integer(1, 2),
    stock: random.integer(1, 30),
    quantity: random.integer(1, 3),
    withUnits: random.chance(0.5),
    infoShare: random.pick([0, 0.05, 0.2]),
    failShare: random.pick([0, 0.1]),
  };
}

const verdicts = { linearizable: 0, "not-linearizable": 0, unknown: 0 };
const small = seeds(100_000);
const disagreed = small.filter((seed) => {
  const { operations, initial } = smallStockHistory(new Random(seed));
  const { verdict } = checkLinearizable(operations, stockModel({ initial }));
  verdicts[verdict] += 1;
  const expected = bruteForce(operations, naiveStock(operations, initial));
  const isBlamed = linearConditions(operations, { initial }).violations.length > 0;
  return verdict !== (expected ? "linearizable" : "not-linearizable") || (expected && isBlamed);
});
report("small histories checked as by trying every order", small, disagreed);
console.log(`  of them ${verdicts.linearizable} linearizable, ${verdicts["not-linearizable"]} not`);

const correct = seeds(10_000);
let undecided = 0;
const blamed = correct.filter((seed) => {
  const { events, initial } = simulate(shop(seed));
  const { operations } = pairEvents(events);
  const { verdict } = checkLinearizable(operations, stockModel({ initial }));
  if (verdict === "unknown") undecided += 1;
  return verdict === "not-linearizable" || linearConditions(operations, { initial }).violations.length > 0;
});
report("correct shops not blamed", correct, blamed);
console.log(`  of them ${undecided} unknown within the bounds`);

for (const fault of faults) {
  const observable: number[] = [];
  const missed: number[] = [];
  for (let seed = firstSeed; observable.length < 1000 * share; seed += 1) {
    const { events, initial, isFaulty } = simulate({ ...shop(seed), infoShare: 0, fault });
    if (!isFaulty) continue;
    observable.push(seed);
    const { verdict } = checkLinearizable(pairEvents(events).operations, stockModel({ initial }));
    if (verdict !== "not-linearizable") missed.push(seed);
  }
  report(`shops with one ${fault} found out`, observable, missed);
}
