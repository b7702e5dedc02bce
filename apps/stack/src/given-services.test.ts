import { expect, test } from "vitest";
import { readGivenServices } from "./given-services.ts";

test("ZooKeeper is started unless an ensemble is named, or none is wanted", () => {
  expect(readGivenServices({}).zookeeper).toBeUndefined();
  expect(readGivenServices({ ZOOKEEPER: "0" }).zookeeper).toBe(false);
  const url = "zk1:2181,zk2,zk3:2181/shop";
  expect(readGivenServices({ ZOOKEEPER: "0", ZOOKEEPER_URL: url }).zookeeper).toBe(url);
});

test.each(["http://localhost:2181", "zk1:2181,,zk2:2181", "zk1 zk2", "zk1:2181/a//b"])("%s is refused", (url) => {
  expect(() => readGivenServices({ ZOOKEEPER_URL: url })).toThrow(/ZOOKEEPER_URL.*host1:2181/);
});

test("libpq's form for a socket is accepted, with or without a user", () => {
  const read = (url: string) => readGivenServices({ DATABASE_URL: url }).databaseUrl;
  expect(read("postgresql://shop:pw@/db?host=/run/pg")).toBe("postgresql://shop:pw@localhost/db?host=/run/pg");
  expect(read("postgresql:///db?host=/run/pg")).toBe("postgresql://localhost/db?host=/run/pg");
  expect(read("postgresql://shop@db.example/x")).toBe("postgresql://shop@db.example/x");
});
