import { expect, test } from "vitest";
import { raceQuery, readSettings } from "./settings.ts";

const read = (query: string) => readSettings(new URLSearchParams(query));

test("what an address carries is read as it was written", () => {
  const settings = {
    ...{ strategy: "redlock+row-lock", against: "row-lock", stock: 3, buyers: 40, thinkTimeMs: 120 },
    ...{ lockTtlMs: 200, lockWaitMs: 0, mode: "compare" as const, run: "one", againstRun: "other" },
  };
  expect(read(raceQuery(settings))).toEqual(settings);
});

test("numbers out of bounds are brought into them, and what is no number is left out", () => {
  expect(read("stock=0&shoppers=5000&think=9999&ttl=1&wait=many")).toMatchObject({
    ...{ stock: 1, buyers: 1000, thinkTimeMs: 2000, lockTtlMs: 100, lockWaitMs: undefined },
  });
});

test("without compare mode, nothing of the other strategy is kept", () => {
  expect(raceQuery({ against: "row-lock", againstRun: "other" })).not.toMatch(/against/);
});
