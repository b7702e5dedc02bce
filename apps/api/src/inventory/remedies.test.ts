import type { Outage } from "@last-unit/locks";
import { expect, test } from "vitest";
import { remedy } from "./remedies.ts";

test.each<[Outage, string]>([
  [
    { service: "redis", node: 2, kind: "credentials", address: "cache:6379" },
    "Write its password into REDIS_URLS: redis://:PASSWORD@cache:6379",
  ],
  [
    { service: "redis", node: 2, kind: "hanging" },
    "It hangs. Restart it; one of npm start: npm run service -- restart redis-2",
  ],
  [
    { service: "redis", node: 2, kind: "unreachable" },
    "Start it, or check REDIS_URLS; one of npm start: npm run service -- start redis-2",
  ],
  [
    { service: "zookeeper", node: 1, kind: "unreachable" },
    "Start a majority of its servers, or check ZOOKEEPER_URL; those of npm start: npm run service -- start zookeeper-1",
  ],
  [
    { service: "dynamodb", node: 1, kind: "unreachable", address: "http://127.0.0.1:8000" },
    "Start it, or set DYNAMODB_ENDPOINT to one that runs; the one of npm start: npm run service -- start dynamodb",
  ],
  [
    { service: "dynamodb", node: 1, kind: "unreachable" },
    "Check the network and AWS_REGION, or set DYNAMODB_ENDPOINT.",
  ],
  [{ service: "dynamodb", node: 1, kind: "refused" }, "Check DYNAMODB_ENDPOINT and DYNAMODB_TABLE."],
])("%j: names the command or the setting", (outage, sentence) => {
  expect(remedy(outage)).toBe(sentence);
});
