import { describe, expect, test } from "vitest";
import { strategyCatalogue } from "../../src/inventory/strategy-catalogue.ts";
import { InvalidOption, readOptions } from "../../src/lab/explore/options.ts";

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
    [{ strategy: "row-lock", preemptions: "-1" }, /--preemptions is a whole number, not "-1"/],
  ])("%j", (flags, sentence) => {
    expect(() => readOptions(flags)).toThrow(InvalidOption);
    expect(() => readOptions(flags)).toThrow(sentence);
  });
});
