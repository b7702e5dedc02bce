import { expect, test } from "vitest";
import { manualClock } from "../testing/manual-clock.ts";
import { zooKeeperEnsemble } from "./connection.ts";
import { zookeeper } from "./zookeeper.ts";

test("no server can be reached: refused within a session's timeout, long before the wait is over", async () => {
  const clock = manualClock();
  const nobody = zooKeeperEnsemble({ url: "127.0.0.1:1", clock });
  const store = zookeeper(nobody.connect({ lockTtlMs: 2_000, clock }));
  let refusal: unknown;
  store.acquire(["a"], { ttlMs: 2_000, waitMs: 60_000 }).catch((error: unknown) => {
    refusal = error;
  });
  await new Promise(setImmediate);
  await clock.advance(2_000);
  await new Promise(setImmediate);
  nobody.close();
  expect(refusal).toMatchObject({ name: "LockBusy", reason: "unreachable" });
});
