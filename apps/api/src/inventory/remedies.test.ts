import type { Outage } from "@last-unit/locks";
import { expect, test } from "vitest";
import { remedy } from "./remedies.ts";

test.each<[Outage, string]>([
  [
    { service: "redis", node: 2, kind: "credentials", address: "cache:6379" },
    "Write its password into REDIS_URLS: redis://:PASSWORD@cache:6379",
  ],
  [{ service: "redis", node: 2, kind: "hanging" }, "It hangs. Type: npm run service -- restart redis-2"],
  [{ service: "redis", node: 2, kind: "unreachable" }, "Type: npm run service -- start redis-2"],
  [
    { service: "zookeeper", node: 1, kind: "unreachable" },
    "Type: npm run service -- start zookeeper-1, and npm run service -- list",
  ],
  [
    { service: "dynamodb", node: 1, kind: "unreachable", address: "http://127.0.0.1:8000" },
    "Type: npm run service -- start dynamodb, or set DYNAMODB_ENDPOINT to one that runs.",
  ],
  [
    { service: "dynamodb", node: 1, kind: "unreachable" },
    "Check the network and AWS_REGION, or set DYNAMODB_ENDPOINT.",
  ],
  [{ service: "dynamodb", node: 1, kind: "refused" }, "Check DYNAMODB_ENDPOINT and DYNAMODB_TABLE."],
])("%j: names the command or the setting", (outage, sentence) => {
  expect(remedy(outage)).toBe(sentence);
});
