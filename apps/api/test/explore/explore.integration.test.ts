import { explore, repeat, replay } from "@last-unit/explorer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExploredShops } from "../../src/lab/explore/explored-shops.ts";
import type { FaultName } from "../../src/lab/explore/faults.ts";
import type { ScenarioName } from "../../src/lab/explore/scenarios.ts";
import { executionSignal, inScenario, openStores } from "./open-stores.ts";

let stores: Awaited<ReturnType<typeof openStores>>;
let shops: ExploredShops;

beforeAll(async () => {
  stores = await openStores({ redis: true });
  shops = await stores.openShops();
});

afterAll(async () => {
  await shops?.close();
  await stores?.close();
});

describe("the unlocked sale", () => {
  test("two buyers, one unit: sold twice in 12 of all 14 orders, and one preemption is enough", async () => {
    const found = await explore(inScenario(shops, "unlocked", "last-unit"), { executionSignal });
    expect(found).toMatchObject({ orders: 14, wrong: 12, completeUpTo: "all" });
    expect(found.notDeterministic).toBeUndefined();
    expect(found.counterexample).toMatchObject({ schedule: "A1 B* A*", preemptions: 1 });
    expect(found.counterexample?.wrong).toContain("No. 1 is held by 2 orders.");
  });

  test("its counterexample gives the same steps and verdict 20 times", async () => {
    const options = () => ({ signal: executionSignal() });
    expect(await repeat(inScenario(shops, "unlocked", "last-unit"), "A1 B* A*", 20, options)).toBeUndefined();
  });
});

async function expectRight(strategy: string, scenario: Parameters<typeof inScenario>[2], completeUpTo: number | "all") {
  const preemptions = completeUpTo === "all" ? undefined : completeUpTo;
  const found = await explore(inScenario(shops, strategy, scenario), { executionSignal, preemptions });
  expect(found.notDeterministic).toBeUndefined();
  expect(found.counterexample?.wrong).toBeUndefined();
  expect(found).toMatchObject({ wrong: 0, completeUpTo });
}

describe.each(["row-lock", "advisory-lock", "optimistic", "serializable", "conditional-update"])("%s", (strategy) => {
  test.each(["last-unit", "same-key", "cancel-and-buy"] as const)("%s: right in every order", (scenario) =>
    expectRight(strategy, scenario, "all"),
  );
});

test("group-commit: a batch and a single buyer, right in every order", () =>
  expectRight("group-commit", "batch-and-buyer", "all"));

test.each(["set-nx", "redlock+row-lock", "quorum+fencing"])("%s: two buyers, right in every order", (strategy) =>
  expectRight(strategy, "last-unit", "all"),
);

test("optimistic: three buyers whose waits end at the same moment, the same steps whenever a schedule is repeated", () =>
  expectRight("optimistic", "three-buyers", 1));

describe("faults", () => {
  const faulty = (strategy: string, fault: FaultName, preemptions: number, scenario: ScenarioName = "last-unit") =>
    explore(inScenario(shops, strategy, scenario, fault), { executionSignal, preemptions, faults: 1 });

  test("redlock: a holder that pauses before its write sells the unit a second time, without a preemption", async () => {
    const { counterexample } = await faulty("redlock", "pause", 0);
    expect(counterexample).toMatchObject({ schedule: "A2 pA B* A*", faults: 1, preemptions: 0 });
    expect(counterexample?.wrong).toContain("No. 1 is held by 2 orders.");
  });

  test("quorum: a majority that forgets its holder grants the lock a second time", async () => {
    const schedule = "A1 m A1 B* A*";
    const options = { signal: executionSignal() };
    const { wrong } = await replay(inScenario(shops, "quorum", "last-unit", "majority-amnesia"), schedule, options);
    expect(wrong).toContain("No. 1 is held by 2 orders.");
  });

  test.each([
    ["redlock+fencing", "pause", 0],
    ["redlock+row-lock", "pause", 0],
    ["redlock", "early-pause", 0],
    ["redlock+row-lock", "majority-amnesia", 0],
    ["quorum", "amnesia", 1],
    ["set-nx", "crash", 0],
    ["row-lock", "terminate", 1],
    ["row-lock", "crash", 1],
  ] as const)("%s survives %s", async (strategy, fault, preemptions) => {
    const found = await faulty(strategy, fault, preemptions);
    expect(found.notDeterministic).toBeUndefined();
    expect(found.counterexample?.wrong).toBeUndefined();
    expect(found.orders).toBeGreaterThan(10);
  });

  test("a buyer whose answer is lost asks again with the same key, and gets one order", async () => {
    const found = await faulty("conditional-update", "lost-answer", 1, "asks-again");
    expect(found.notDeterministic).toBeUndefined();
    expect(found).toMatchObject({ wrong: 0, completeUpTo: 1, faultsAtMost: 1 });
  });
});
