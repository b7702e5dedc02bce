import { type Bench, type Figure, type Measure, otherBuildOf } from "../figure.ts";
import { besidePgbench } from "../pgbench/pgbench.ts";
import { sameRows } from "../pgbench/scripts.ts";
import { ratiosOf, takeTurns } from "../rounds.ts";
import { type Sales, sellInProcess, sideOfSales } from "./sell.ts";

/** As many as a batch queue takes: what a crowd is settled with, not what one buyer waits. */
const CROWD = 2_000;
const CLIENTS = [1, 16];

/** D4: one sale under a row lock without HTTP, against another commit. */
export async function measureRowLockSale(bench: Bench): Promise<Figure[]> {
  const builds = [bench.thisBuild, otherBuildOf(bench)];
  const figures: Figure[] = [];
  for (const buyers of CLIENTS) {
    const [ours = [], theirs = []] = await takeTurns<Sales>(
      bench,
      builds.map((build) => () => sellInProcess(bench, build, { strategy: "row-lock", buyers })),
    );
    figures.push({
      id: buyers === 1 ? "D4" : `D4 x${buyers}`,
      what: `row-lock sales/s inside one process, without HTTP, ${buyers} at a time, this build ÷ ${builds[1]?.name}`,
      goal: { atLeast: 4 },
      ratios: ratiosOf(
        ours.map(({ perSecond }) => perSecond),
        theirs.map(({ perSecond }) => perSecond),
      ),
      sides: [ours, theirs].map((rounds, index) => sideOfSales(builds[index]?.name ?? "", buyers, rounds)),
    });
  }
  return figures;
}

/** P4: a batch's sales without HTTP, against the same rows written by PostgreSQL's own benchmark. */
export const measureSettling: Measure = async (bench) => {
  const sell = () => sellInProcess(bench, bench.thisBuild, { strategy: "group-commit", buyers: CROWD });
  const { ours, best, sides } = await besidePgbench(bench, sameRows, sell);
  return {
    id: "P4",
    what: "units/s sold of one row inside one process under group-commit ÷ pgbench writing the same rows in one statement a sale",
    goal: { atLeast: 8 },
    ratios: ratiosOf(
      ours.map(({ perSecond }) => perSecond),
      best,
    ),
    sides: [sideOfSales("group-commit, no HTTP", CROWD, ours), ...sides],
    notes: [
      "Both write an order, its line, its movement and the stock row for each unit. Of pgbench's client counts, the best one of each round counts.",
    ],
  };
};
