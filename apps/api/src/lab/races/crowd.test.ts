import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Database } from "../../db/client.ts";
import type { Answer } from "./answers.ts";
import { crowds } from "./crowd.ts";

const run = { id: "00000000-0000-4000-8000-000000000000", sku: "race-lamp" };
const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A crowd before a checkout that answers all alike, and what the buyers were told. */
async function crowdBefore(status: number | "hangs up", body: object) {
  const server = createServer((request, response) => {
    if (status === "hangs up") request.socket.destroy();
    else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const answers: Answer[] = [];
  const errors: string[] = [];
  let failing = 0;
  let home = 0;
  const failWrites = (times: number) => {
    failing = times;
  };
  const crowd = crowds({
    database: {
      labRun: {
        update: async ({ data }: { data: { buyersAnswered: { increment: number } } }) => {
          failing -= 1;
          if (failing >= 0) throw new Error("The database is away.");
          home += data.buyersAnswered.increment;
        },
      },
    } as unknown as Database,
    replicaUrls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    keepAnswer: async (answer) => void answers.push(answer),
    onError: (error) => void errors.push(String(error)),
  });
  closing.push(crowd.close, () => server.close());
  return { crowd, answers, errors, home: () => home, failWrites };
}

test.each([
  [503, "LOCK_BUSY"],
  ["hangs up", "NO_ANSWER"],
] as const)(
  "a checkout that says %s at once is not hammered: buyers come again after a pause",
  async (status, outcome) => {
    const { crowd, answers, home } = await crowdBefore(status, { code: outcome });
    await crowd.send({ run, count: 2, quantity: 1, forMs: 450 });
    expect(new Set(answers.map((answer) => answer.outcome))).toEqual(new Set([outcome]));
    expect(answers.length).toBeGreaterThan(2);
    expect(answers.length).toBeLessThan(15);
    expect(home()).toBe(2);
  },
);

test("without a time, each buyer asks once", async () => {
  const { crowd, answers, home } = await crowdBefore(503, { code: "LOCK_BUSY" });
  await crowd.send({ run, count: 30, quantity: 1 });
  expect(answers.map(({ shopper }) => Number(shopper)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
  expect(home()).toBe(30);
});

test("room is for 5,000 buyers at once, until they have gone home", async () => {
  const { crowd } = await crowdBefore(409, { code: "OUT_OF_STOCK" });
  const underWay = crowd.send({ run, count: 100, quantity: 1, forMs: 10_000 });
  expect([crowd.roomFor(4_900), crowd.roomFor(4_901)]).toEqual([true, false]);
  await underWay;
  expect(crowd.roomFor(5_000)).toBe(true);
});

test("a write of the count that fails is made up for: nobody stays away for ever", async () => {
  const { crowd, errors, home, failWrites } = await crowdBefore(409, { code: "OUT_OF_STOCK" });
  failWrites(2);
  await crowd.send({ run, count: 5, quantity: 1 });
  expect(home()).toBe(5);
  expect(errors).toHaveLength(2);
});
