import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { sleep } from "../clock.ts";
import { manualClock } from "../testing/manual-clock.ts";
import { dynamodbLease } from "./lease.ts";

const RELEASE = "REMOVE";
const never = new Promise<never>(() => {});
const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });

/** A table with one item. `onTake` decides what becomes of each take: it may carry it out at once, later or never. */
function oneItem(onTake: (nth: number, carryOut: () => void) => Promise<never>) {
  const item: { owner?: string } = {};
  let takes = 0;
  async function send(command: unknown): Promise<object> {
    if (!(command instanceof UpdateItemCommand)) return {};
    const owner = command.input.ExpressionAttributeValues?.[":owner"]?.S;
    if (!command.input.UpdateExpression?.startsWith(RELEASE)) {
      takes += 1;
      return onTake(takes, () => {
        item.owner ??= owner;
      });
    }
    if (item.owner !== owner) throw new ConditionalCheckFailedException({ message: "not its owner", $metadata: {} });
    item.owner = undefined;
    return {};
  }
  return { item, client: { send } as unknown as DynamoDBClient };
}

/** Moves the clock until the promise settles. */
async function settled<T>(clock: ReturnType<typeof manualClock>, promise: Promise<T>): Promise<unknown> {
  let outcome: unknown;
  promise.then(
    (value) => {
      outcome = value;
    },
    (error) => {
      outcome = error;
    },
  );
  for (let step = 0; step < 500 && outcome === undefined; step += 1) {
    await new Promise(setImmediate);
    await clock.advance(20);
  }
  return outcome;
}

test("a take is carried out and its answer lost, and the next ones are throttled: the lock is released", async () => {
  const clock = manualClock();
  const { item, client } = oneItem((nth, carryOut) => {
    if (nth > 1) return Promise.reject(throttled);
    carryOut();
    return never;
  });
  const store = dynamodbLease(client, { table: "locks", clock });
  const outcome = await settled(clock, store.acquire(["a"], { ttlMs: 60_000, waitMs: 1_000 }));
  expect(outcome).toMatchObject({ name: "LockBusy", reason: "unreachable", cause: throttled });
  expect(item.owner).toBeUndefined();
});

test("a take is carried out after its release: it is released again", async () => {
  const clock = manualClock();
  let carryOutLate = () => {};
  const { item, client } = oneItem((_, carryOut) => {
    carryOutLate = carryOut;
    return never;
  });
  const store = dynamodbLease(client, { table: "locks", clock });
  const outcome = await settled(clock, store.acquire(["a"], { ttlMs: 60_000, waitMs: 0 }));
  expect(outcome).toMatchObject({ name: "LockBusy", reason: "unreachable" });
  carryOutLate();
  expect(item.owner).toBeDefined();
  await settled(clock, sleep(clock, 1_000));
  expect(item.owner).toBeUndefined();
});
