import { expect, test } from "vitest";
import { manualClock } from "../testing/manual-clock.ts";
import { sessionClient } from "./client.ts";

test("a path that the library refuses is an error at once, and its bound does not end the connection later", async () => {
  const clock = manualClock();
  let armed = 0;
  const after: typeof clock.after = (ms, callBack) => {
    armed += 1;
    const cancel = clock.after(ms, callBack);
    return () => {
      armed -= 1;
      cancel();
    };
  };
  const client = sessionClient("127.0.0.1:1", 3_000, { ...clock, after });
  await expect(client.create("/locks/")).rejects.toThrow("must not end with /");
  expect(armed).toBe(0);
});
