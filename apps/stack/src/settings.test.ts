import { expect, test } from "vitest";
import { readGivenServices } from "./given-services.ts";
import { readSettings } from "./settings.ts";

test("without any setting: port 3000, three replicas, .last-unit in the clone", () => {
  expect(readSettings({}, "/clone")).toMatchObject({ home: "/clone/.last-unit", port: 3000, replicas: 3 });
});

test.each(["0", "65536", "-1", "3000.5", "abc", "1e3", "NaN"])(
  "PORT=%s is refused in a sentence that says how",
  (PORT) => {
    expect(() => readSettings({ PORT }, "/clone")).toThrow(
      /PORT=.* is not a whole number from 1 to 65535\. .*PORT=3000/,
    );
  },
);

test("an empty variable counts as unset", () => {
  expect(readSettings({ PORT: "", REPLICAS: " ", LAST_UNIT_HOME: "" }, "/clone")).toMatchObject({
    port: 3000,
    replicas: 3,
  });
});

test("an address of the wrong kind is refused by the variable's name", () => {
  expect(() => readGivenServices({ DATABASE_URL: "mysql://x" })).toThrow(/DATABASE_URL/);
  expect(() => readGivenServices({ REDIS_URLS: "redis://a:1,b" })).toThrow(/REDIS_URLS/);
  expect(readGivenServices({ REDIS_URLS: "redis://a:1, redis://b:2" }).redisUrls).toEqual([
    "redis://a:1",
    "redis://b:2",
  ]);
});

test("a DynamoDB is given by its endpoint, or by a table of the real service; a region alone gives none", () => {
  expect(readGivenServices({ DYNAMODB_ENDPOINT: "http://a:8000", DYNAMODB_TABLE: "locks" }).dynamodb).toEqual({
    endpoint: "http://a:8000",
  });
  expect(readGivenServices({ DYNAMODB_TABLE: "locks" }).dynamodb).toBe("aws");
  expect(readGivenServices({ AWS_REGION: "eu-central-1", DYNAMODB_ENDPOINT: "" }).dynamodb).toBeUndefined();
  expect(() => readGivenServices({ DYNAMODB_ENDPOINT: "localhost:8000" })).toThrow(/DYNAMODB_ENDPOINT/);
});
