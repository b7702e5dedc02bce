import { describe, expect, test } from "vitest";
import { strategyCatalogue } from "../../src/inventory/strategy-catalogue.ts";
import { type ExploreFlags, InvalidOption, readOptions } from "../../src/lab/explore/options.ts";

describe("what is explored", () => {
  test("--all: every strategy of the catalogue but those of ZooKeeper", () => {
    const { tasks, needs } = readOptions({ all: true });
    const names = new Set(tasks.map(({ strategy }) => strategy.name));
    expect([...names]).toEqual(
      strategyCatalogue.map(({ name }) => name).filter((name) => !name.startsWith("zookeeper")),
    );
    expect(needs).toEqual({ redis: true, dynamodb: true });
  });

  test("a strategy without a guard has neither batches nor leases, and needs PostgreSQL alone", () => {
    const { tasks, needs } = readOptions({ strategy: "row-lock" });
    const names = tasks.map(({ scenario }) => scenario.name);
    expect(names).toContain("last-unit");
    expect(names).not.toContain("batch-and-buyer");
    expect(names).not.toContain("holder-extends");
    expect(needs).toEqual({ redis: false, dynamodb: false });
  });
});

describe("faults", () => {
  const cells = (flags: ExploreFlags) =>
    readOptions(flags).tasks.map(({ scenario, fault }) => [scenario.name, fault?.name]);

  test("each kind in the scenarios that show it, at most one in an order", () => {
    const options = { strategy: "redlock", faults: "pause,lost-answer" };
    expect(cells(options)).toEqual([
      ["last-unit", "pause"],
      ["holder-extends", "pause"],
      ["cancel-and-buy", "lost-answer"],
      ["asks-again", "lost-answer"],
    ]);
    expect(readOptions(options).faultCount).toBe(1);
    expect(readOptions({ ...options, "fault-count": "2" }).faultCount).toBe(2);
  });

  test("without faults there are none, and no scenario that needs one", () => {
    expect(readOptions({ strategy: "redlock" }).faultCount).toBe(0);
    expect(cells({ strategy: "redlock" }).map(([name]) => name)).not.toContain("asks-again");
  });

  test("what holds no lease cannot lose it", () => {
    const strategies = readOptions({ all: true, faults: "pause" }).tasks.map(({ strategy }) => strategy.guard);
    expect(strategies).not.toContain("none");
  });

  test("a schedule to replay says by its letters which fault it has", () => {
    const replay = { strategy: "redlock", scenario: "last-unit", replay: "A2 pA B* A*" };
    expect(cells(replay)).toEqual([["last-unit", "pause"]]);
    expect(cells({ ...replay, replay: "A1 m B*" })).toEqual([["last-unit", "majority-amnesia"]]);
    expect(cells({ ...replay, replay: "A2 B* A*" })).toEqual([["last-unit", undefined]]);
  });
});

describe("refused, with what is allowed", () => {
  test.each([
    [{}, /one --strategy, or --all/],
    [{ all: true, strategy: "row-lock" }, /one --strategy, or --all/],
    [{ strategy: "rowlock" }, /no strategy rowlock. Explored are unlocked, row-lock, .*dynamodb-lease\+fencing\.$/],
    [{ strategy: "zookeeper" }, /zookeeper is not explored.*Explored are unlocked, row-lock/],
    [{ strategy: "row-lock", scenario: "last" }, /no scenario last\. There are last-unit, two-units, /],
    [{ strategy: "row-lock", scenario: "batch-and-buyer" }, /not for row-lock, which has last-unit, /],
    [{ all: true, replay: "A*" }, /--replay needs the --strategy and the --scenario/],
    [{ strategy: "row-lock", limit: "0" }, /--limit is a whole number from 1, not "0"/],
    [{ strategy: "row-lock", limit: "1e3" }, /--limit is a whole number from 1, not "1e3"/],
    [{ strategy: "redlock", faults: "pauses" }, /no fault pauses\. There are pause, early-pause, crash, /],
    [{ strategy: "row-lock", faults: "pause" }, /pause cannot happen to row-lock/],
    [{ strategy: "row-lock", "fault-count": "2" }, /--fault-count needs --faults/],
    [{ strategy: "redlock", faults: "pause", "fault-count": "0" }, /--fault-count is a whole number from 1, not "0"/],
    [{ strategy: "row-lock", preemptions: "-1" }, /--preemptions is a whole number, not "-1"/],
  ])("%j", (flags, sentence) => {
    expect(() => readOptions(flags)).toThrow(InvalidOption);
    expect(() => readOptions(flags)).toThrow(sentence);
  });
});
