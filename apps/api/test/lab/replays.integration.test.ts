import { expect, test } from "vitest";
import { strategyNames } from "../../src/inventory/registry.ts";
import { call, replicaUrl } from "../system.ts";

const play = (scenario: string, strategy: string) =>
  call("POST", `${replicaUrl()}/api/lab/replays/${scenario}/${strategy}`);

test.for(strategyNames)(
  "two-readers under %s: sold once, unless nothing keeps the two apart",
  async (strategy, { skip }) => {
    const { status, body } = await play("two-readers", strategy);
    skip(body.code === "STRATEGY_UNAVAILABLE", body.detail);
    expect(status).toBe(200);
    expect(body.outcome).toMatchObject(
      strategy === "unlocked"
        ? { survived: false, headline: "Sold twice." }
        : { survived: true, headline: "Sold once." },
    );
  },
);

test("an unknown scenario or strategy is NOT_FOUND", async () => {
  expect((await play("two-writers", "row-lock")).body).toMatchObject({ status: 404, code: "NOT_FOUND" });
  expect((await play("two-readers", "prayer")).body).toMatchObject({ status: 404, code: "NOT_FOUND" });
});
