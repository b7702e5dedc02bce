import { expect, test } from "vitest";
import { call, replicaUrl } from "../system.ts";

test("a replica keeps an idle connection longer than any load balancer: 75 s", async () => {
  // A replica that closed it first could close it while a request is on its way.
  const { headers } = await call("GET", `${replicaUrl()}/healthz`);
  expect(headers.get("keep-alive")).toBe("timeout=75");
});
