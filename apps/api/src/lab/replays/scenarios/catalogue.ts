import type { StrategyName } from "../../../inventory/strategy-catalogue.ts";
import { crossedCarts } from "./crossed-carts.ts";
import { lateHeartbeat } from "./late-heartbeat.ts";
import { lateRelease } from "./late-release.ts";
import { pausedHolder } from "./paused-holder.ts";
import type { Scenario } from "./scenario.ts";
import { twoReaders } from "./two-readers.ts";

export const scenarios: readonly Scenario[] = [twoReaders, lateRelease, pausedHolder, lateHeartbeat, crossedCarts];

export const findScenario = (name: string) => scenarios.find((scenario) => scenario.name === name);

export interface Classic {
  /** The field's term first. */
  title: string;
  /** What happens, in a sentence. */
  story: string;
  /** Whether the strategy passes, according to the integration tests. */
  ends: "survives" | "loses";
  scenario: string;
  strategy: StrategyName;
}

/** The twelve classic replays, in teaching sequence. */
export const classics: readonly Classic[] = [
  {
    title: "Lost update",
    story: "Both buyers read a stock of 1, and both write 0.",
    ends: "loses",
    scenario: "two-readers",
    strategy: "unlocked",
  },
  {
    title: "Release of another client’s lock",
    story: "The first holder’s lock expires, and its DEL deletes the second holder’s lock.",
    ends: "loses",
    scenario: "late-release",
    strategy: "set-nx-naive",
  },
  {
    title: "Owner token",
    story: "The same steps, but the store refuses to release a lock with another owner’s token.",
    ends: "survives",
    scenario: "late-release",
    strategy: "set-nx",
  },
  {
    title: "Paused lock holder",
    story: "Its lease expires, another buyer is sold the unit, and the first holder sells it again.",
    ends: "loses",
    scenario: "paused-holder",
    strategy: "redlock",
  },
  {
    title: "Paused holder with a row lock",
    story: "The same pause; the row lock keeps the second buyer out until the first has committed.",
    ends: "survives",
    scenario: "paused-holder",
    strategy: "redlock+row-lock",
  },
  {
    title: "Fencing token rejects stale write",
    story: "PostgreSQL has seen a higher token and rejects that of the expired lock holder.",
    ends: "survives",
    scenario: "paused-holder",
    strategy: "redlock+fencing",
  },
  {
    title: "Version conflict",
    story: "The second buyer’s version is out of date: its transaction is rolled back and retried.",
    ends: "survives",
    scenario: "two-readers",
    strategy: "optimistic",
  },
  {
    title: "Serialization failure",
    story: "PostgreSQL aborts the second transaction with SQLSTATE 40001, and it is retried.",
    ends: "survives",
    scenario: "two-readers",
    strategy: "serializable",
  },
  {
    title: "Conditional update",
    story: "No lock and no read: the condition in the WHERE clause is evaluated on the committed row.",
    ends: "survives",
    scenario: "two-readers",
    strategy: "conditional-update",
  },
  {
    title: "Expired ZooKeeper session",
    story: "The holder’s session expires, the next in the queue gets the lock, and the fence rejects the late write.",
    ends: "survives",
    scenario: "paused-holder",
    strategy: "zookeeper+fencing",
  },
  {
    title: "Refused heartbeat",
    story: "Another owner took the lease over in DynamoDB; the old owner notices before it writes.",
    ends: "survives",
    scenario: "late-heartbeat",
    strategy: "dynamodb-lease",
  },
  {
    title: "Deadlock of two carts",
    story: "Two carts in opposite sequence: PostgreSQL ends the deadlock; with sorting there is none.",
    ends: "survives",
    scenario: "crossed-carts",
    strategy: "row-lock",
  },
];

/** The pair's number among the classics, from 1, or null. */
export function numberOf(scenario: string, strategy: string): number | null {
  const index = classics.findIndex((classic) => classic.scenario === scenario && classic.strategy === strategy);
  return index === -1 ? null : index + 1;
}
