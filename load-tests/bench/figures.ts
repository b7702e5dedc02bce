import { measureDay, measureDefaultDay } from "./day/day.ts";
import { measureConditionalUpdate, measureDefault } from "./default-checkout.ts";
import type { Measure } from "./figure.ts";
import { measureFlights } from "./flights/flights.ts";
import { measureGrowth } from "./growth.ts";
import { measureAgainstPlain, measureCpu, measureGroupCommit } from "./hot-product.ts";
import { measureRowLockSale, measureSettling } from "./in-process/sales.ts";
import { measureLeaseShare } from "./lease-share.ts";
import { measureLockContention } from "./locks/contention.ts";
import { measureLockCycles } from "./locks/cycles.ts";
import { measureHung } from "./locks/hung-figure.ts";
import { measureOverload } from "./overload.ts";
import { measureStart } from "./start-time.ts";

/** `table`: what is measured without `--only`. `guards`: what must not become worse. `locks`: the locks without the shop. */
export const groups = ["table", "guards", "locks"] as const;
export type Group = (typeof groups)[number];

export interface Measurement {
  /** Of the figures that are measured together. */
  ids: readonly string[];
  groups: readonly Group[];
  /** Compares this build with another commit. */
  needsOtherBuild?: true;
  measure: Measure;
}

/** In the order in which they are measured: the last one fills the tables. */
export const measurements: readonly Measurement[] = [
  { ids: ["D1", "D2"], groups: ["table"], needsOtherBuild: true, measure: measureDefault },
  { ids: ["D3"], groups: ["table"], needsOtherBuild: true, measure: measureConditionalUpdate },
  { ids: ["D4", "D4 x16"], groups: ["table"], needsOtherBuild: true, measure: measureRowLockSale },
  { ids: ["P1"], groups: ["table"], measure: measureAgainstPlain },
  { ids: ["P2", "P2 crowd", "P2b", "P2b crowd", "P3"], groups: ["table"], measure: measureGroupCommit },
  { ids: ["P4"], groups: ["table"], measure: measureSettling },
  { ids: ["P5"], groups: ["guards", "locks"], measure: measureLockCycles },
  { ids: ["P6", "P6 wait"], groups: ["table", "locks"], measure: measureLockContention },
  { ids: ["P7"], groups: ["table"], measure: measureDay },
  { ids: ["P7 default"], groups: ["table"], needsOtherBuild: true, measure: measureDefaultDay },
  { ids: ["P8"], groups: ["guards"], measure: measureCpu },
  {
    ids: ["P10", "P10 row-lock", "P10 conditional-update", "P10 group-commit"],
    groups: ["table"],
    measure: measureFlights,
  },
  { ids: ["P11"], groups: ["table"], measure: measureLeaseShare },
  { ids: ["start", "start first"], groups: ["table"], measure: measureStart },
  { ids: ["hung redlock", "hung quorum"], groups: ["locks"], measure: measureHung },
  { ids: ["flat"], groups: ["guards"], measure: measureOverload },
  { ids: ["P9"], groups: ["guards"], measure: measureGrowth },
];

/** The measurements of these figures and groups; without a choice, those of the table. */
export function choose(only: readonly string[] | undefined): Measurement[] {
  const wanted = only ?? ["table"];
  return measurements.filter(
    ({ ids, groups: itsGroups }) =>
      wanted.includes("all") || [...ids, ...itsGroups].some((name) => wanted.includes(name)),
  );
}

/** What `--only` takes. */
export const names: readonly string[] = ["all", ...groups, ...measurements.flatMap(({ ids }) => ids)];
