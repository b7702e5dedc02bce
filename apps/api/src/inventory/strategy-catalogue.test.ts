import { Redis } from "ioredis";
import { expect, test } from "vitest";
import type { Database } from "../db/client.ts";
import { openStrategies } from "./registry.ts";
import { strategyCatalogue } from "./strategy-catalogue.ts";

test("the catalogue says of each strategy what the registry composes", () => {
  // Nothing is connected: describing a strategy sends no command.
  const strategies = openStrategies({
    database: {} as Database,
    lockNodes: Array.from({ length: 5 }, () => new Redis({ lazyConnect: true })),
    settings: { lockTtlMs: 1, lockWaitMs: 1 },
  });
  const composed = Object.values(strategies).map(({ name, guard, write, safe }) => ({ name, guard, write, safe }));
  expect(composed).toEqual(strategyCatalogue.map(({ name, guard, write, safe }) => ({ name, guard, write, safe })));
});
