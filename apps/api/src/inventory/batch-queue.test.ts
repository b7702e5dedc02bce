import { expect, test } from "vitest";
import { noCheckpoint } from "../checkpoint.ts";
import { BatchQueue } from "./batch-queue.ts";

test("a buyer who has left before the queue is joined is refused, and no batch contains them", async () => {
  const queue = new BatchQueue<string, string>();
  const gone = AbortSignal.abort();
  await expect(queue.join({ request: "A", checkpoint: noCheckpoint, gone }, 0)).rejects.toMatchObject({
    name: "LockBusy",
  });
  expect(queue.take(10)).toEqual([]);
});

test("a checkpoint that fails after the commit does not hide the order from its buyer", async () => {
  const queue = new BatchQueue<string, string>();
  const checkpoint = async (name: string) => {
    if (name === "written") throw new Error("the event could not be sent");
  };
  const result = queue.join({ request: "A", checkpoint }, 0);
  const [member] = queue.take(1);
  await member?.pass("written");
  member?.settle({ result: "order", committed: true });
  await member?.tell();
  expect(await result).toBe("order");
});

test("a checkpoint that fails before the commit refuses its buyer alone", async () => {
  const queue = new BatchQueue<string, string>();
  const checkpoint = async () => {
    throw new Error("held too long");
  };
  const refused = queue.join({ request: "A", checkpoint }, 0);
  void queue.join({ request: "B", checkpoint: noCheckpoint }, 0);
  const [a, b] = queue.take(2);
  await Promise.all([a?.pass("locked"), b?.pass("locked")]);
  await expect(refused).rejects.toThrow("held too long");
  expect([a?.isWaiting, b?.isWaiting]).toEqual([false, true]);
});
