import { expect, test } from "vitest";
import { readEnv } from "./config.ts";

const enough = {
  DATABASE_URL: "postgresql://localhost/shop",
  REDIS_URLS: "redis://localhost:1, redis://localhost:2",
  COOKIE_SECRET: "sixteen characters",
};

test("the least that is needed, with its defaults", () => {
  expect(readEnv({ ...enough, LAB_TOKEN: "" })).toMatchObject({
    HOST: "127.0.0.1",
    REDIS_URLS: ["redis://localhost:1", "redis://localhost:2"],
    LAB: false,
    LOCK_STRATEGY: "redlock+row-lock",
    RESERVATION_TTL_MS: 600_000,
  });
});

test.each([
  ["DATABASE_URL", "mysql://localhost/shop"],
  ["REDIS_URLS", "redis://ok:1,not a url"],
  ["COOKIE_SECRET", "short"],
  ["LOCK_STRATEGY", "hope"],
  ["RESERVATION_TTL_MS", "soon"],
  ["IDEMPOTENCY_TTL_MS", "1000"],
  ["DYNAMODB_ENDPOINT", "localhost:8000"],
  ["DYNAMODB_TABLE", "a table"],
  ["PORT", "70000"],
  ["LAB", "yes"],
  ["ZOOKEEPER_URL", "http://localhost:2181"],
  ["ZOOKEEPER_URL", "localhost:2181,,localhost:2182"],
  ["ZOOKEEPER_URL", "localhost:99999"],
  ["ZOOKEEPER_URL", "localhost:2181/a//b"],
])("%s=%s is refused by name", (name, value) => {
  expect(() => readEnv({ ...enough, [name]: value })).toThrow(name);
});

test("a lab without a token has to be asked for", () => {
  expect(() => readEnv({ ...enough, LAB: "1" })).toThrow("LAB_TOKEN");
  expect(readEnv({ ...enough, LAB: "1", LAB_OPEN: "1" }).LAB).toBe(true);
  expect(readEnv({ ...enough, LAB: "1", LAB_TOKEN: "a token of 16 or more" }).LAB).toBe(true);
});

test("a lock in DynamoDB needs to know where that is", () => {
  const wanted = { ...enough, LOCK_STRATEGY: "dynamodb-lease+fencing" };
  expect(() => readEnv(wanted)).toThrow(/LOCK_STRATEGY.*DYNAMODB_ENDPOINT/);
  expect(readEnv({ ...wanted, DYNAMODB_ENDPOINT: "http://localhost:8000" }).LOCK_STRATEGY).toBe(wanted.LOCK_STRATEGY);
  expect(readEnv({ ...wanted, DYNAMODB_TABLE: "locks" }).LOCK_STRATEGY).toBe(wanted.LOCK_STRATEGY);
});

test("ZooKeeper's servers may have a path behind them, and a strategy that needs them is refused without", () => {
  const url = "zk1:2181,zk2,zk3:2181/shop";
  expect(readEnv({ ...enough, ZOOKEEPER_URL: url, LOCK_STRATEGY: "zookeeper" }).ZOOKEEPER_URL).toBe(url);
  expect(() => readEnv({ ...enough, LOCK_STRATEGY: "zookeeper+fencing" })).toThrow(/LOCK_STRATEGY.*ZOOKEEPER_URL/);
});
