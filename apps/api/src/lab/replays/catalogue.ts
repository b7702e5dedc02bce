import type { StrategyName } from "../../inventory/registry.ts";
import { crossedCarts } from "./crossed-carts.ts";
import { lateHeartbeat } from "./late-heartbeat.ts";
import { lateRelease } from "./late-release.ts";
import { pausedHolder } from "./paused-holder.ts";
import type { Scenario } from "./replay.ts";
import { twoReaders } from "./two-readers.ts";

export const scenarios: readonly Scenario[] = [twoReaders, lateRelease, pausedHolder, lateHeartbeat, crossedCarts];

export const findScenario = (name: string) => scenarios.find((scenario) => scenario.name === name);

export interface Classic {
  title: string;
  scenario: string;
  strategy: string;
}

/** The twelve that everybody should have seen, in the order in which they teach. */
export const classics: readonly Classic[] = [
  { title: "Lost update: both read 1, both write 0", scenario: "two-readers", strategy: "unlocked" },
  {
    title: "The sample's flaw: the first holder's lock expires, and its DEL frees the second holder's",
    scenario: "late-release",
    strategy: "set-nx-naive",
  },
  {
    title: "The sample with an owner's token: the same steps, and the release is refused",
    scenario: "late-release",
    strategy: "set-nx",
  },
  {
    title: "A paused holder: the lease runs out, another sells, the first wakes and sells again",
    scenario: "paused-holder",
    strategy: "redlock",
  },
  {
    title: "A paused holder with a row lock behind its lease: the second sale is refused",
    scenario: "paused-holder",
    strategy: "redlock+row-lock",
  },
  {
    title:
      "A paused holder with a fencing token: PostgreSQL refuses the stale one, and the zombie's refused write is shown",
    scenario: "paused-holder",
    strategy: "redlock+fencing",
  },
  { title: "A version conflict and its retry", scenario: "two-readers", strategy: "optimistic" },
  { title: "Serialization failure and its retry", scenario: "two-readers", strategy: "serializable" },
  { title: "No lock at all, and still right", scenario: "two-readers", strategy: "conditional-update" },
  {
    title:
      "ZooKeeper's queue: the holder's session dies, the next in line gets the lock, the old holder's late write meets the fence",
    scenario: "paused-holder",
    strategy: "zookeeper+fencing",
  },
  {
    title: "A lease taken over in DynamoDB, and the heartbeat of the old owner refused",
    scenario: "late-heartbeat",
    strategy: "dynamodb-lease",
  },
  {
    title: "Two carts in opposite order: the deadlock that PostgreSQL kills without sorting, and none with it",
    scenario: "crossed-carts",
    strategy: "row-lock" satisfies StrategyName,
  },
];

/** The pair's place among the classics, from 1; null for any other pair. */
export function numberOf(scenario: string, strategy: string): number | null {
  const index = classics.findIndex((classic) => classic.scenario === scenario && classic.strategy === strategy);
  return index === -1 ? null : index + 1;
}
