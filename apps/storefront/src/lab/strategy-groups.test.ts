import { expect, test } from "vitest";
import type { Strategy } from "../api/types.ts";
import { groupStrategies } from "./strategy-groups.ts";

const strategy = (name: Strategy["name"], guard: string, reason: string | null = null): Strategy => ({
  name,
  guard,
  write: "read-check-write",
  teaches: "",
  safe: true,
  available: reason === null,
  reason,
  default: false,
  about: { idea: "", guarantee: "", failureMode: "", cost: "" },
});

test("strategies are grouped by the service that keeps their lock, and every one is in exactly one group", () => {
  const groups = groupStrategies([
    strategy("zookeeper", "zookeeper"),
    strategy("redlock", "redlock"),
    strategy("unlocked", "none"),
    strategy("set-nx", "set-nx"),
    strategy("etcd" as Strategy["name"], "etcd"),
  ]);
  expect(groups.map(({ title, strategies }) => [title, strategies.map(({ name }) => name)])).toEqual([
    ["PostgreSQL alone", ["unlocked"]],
    ["With Redis", ["redlock", "set-nx"]],
    ["With ZooKeeper", ["zookeeper"]],
    ["With another store", ["etcd"]],
  ]);
});

test("one reason that holds for two strategies is said once, with both names", () => {
  const [group] = groupStrategies([
    strategy("dynamodb-lease", "dynamodb-lease", "Nothing answers."),
    strategy("dynamodb-lease+fencing", "dynamodb-lease", "Nothing answers."),
  ]);
  expect(group?.unavailable).toEqual([
    { names: ["dynamodb-lease", "dynamodb-lease+fencing"], reason: "Nothing answers." },
  ]);
});

test("a strategy that is available gives no reason", () => {
  expect(groupStrategies([strategy("redlock", "redlock")])[0]?.unavailable).toEqual([]);
});
