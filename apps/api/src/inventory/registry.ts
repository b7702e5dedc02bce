import type { Redis } from "ioredis";
import type { Database } from "../database.ts";
import { type GuardSettings, guardedBy, unguarded } from "./guarded-by.ts";
import { queuedLocally } from "./guards/local-queue.ts";
import { redlock } from "./guards/redlock.ts";
import type { LeaseStore } from "./lease-store.ts";
import type { StockWrite, Strategy } from "./strategy.ts";
import { conditionalUpdate } from "./writes/conditional-update.ts";
import { readCheckWrite } from "./writes/read-check-write.ts";
import { rowLock } from "./writes/row-lock.ts";

export interface Services {
  database: Database;
  lockNodes: readonly Redis[];
  settings: GuardSettings;
}

interface Definition {
  guard?: GuardName;
  write: StockWrite;
}

const guards = {
  redlock: (services: Services) => queuedLocally(redlock(services.lockNodes)),
} satisfies Record<string, (services: Services) => LeaseStore>;

type GuardName = keyof typeof guards;

/** Every strategy, by name. A new one is one file, its import and one line here. */
const definitions = {
  unlocked: { write: readCheckWrite },
  "row-lock": { write: rowLock },
  "conditional-update": { write: conditionalUpdate },
  redlock: { guard: "redlock", write: readCheckWrite },
  "redlock+row-lock": { guard: "redlock", write: rowLock },
} satisfies Record<string, Definition>;

export type StrategyName = keyof typeof definitions;
export const strategyNames = Object.keys(definitions) as [StrategyName, ...StrategyName[]];

/** Opens the strategies over the given services. Strategies that share a guard share its lease store. */
export function openStrategies(services: Services): Record<StrategyName, Strategy> {
  const stores = new Map<GuardName, LeaseStore>();
  const store = (guard: GuardName) => {
    const opened = stores.get(guard) ?? guards[guard](services);
    stores.set(guard, opened);
    return opened;
  };
  const entries = Object.entries<Definition>(definitions).map(([name, { guard, write }]) => [
    name,
    guard
      ? guardedBy(name, store(guard), write, services.database, services.settings)
      : unguarded(name, write, services.database),
  ]);
  return Object.fromEntries(entries) as Record<StrategyName, Strategy>;
}
