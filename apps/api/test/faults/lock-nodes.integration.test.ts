import { Redis } from "ioredis";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { act, buy, call, createRun, eventually, system, verdictOf } from "../system.ts";

const admins = system.redis.map(({ url }) => {
  const redis = new Redis(url);
  redis.on("error", () => {});
  return redis;
});
afterAll(() => {
  for (const redis of admins) redis.disconnect();
});
const names = system.redis.map(({ name }) => name);

const harmed: ["start" | "resume", string][] = [];
async function harm(how: "kill" | "pause", ...services: string[]): Promise<void> {
  for (const service of services) {
    harmed.push([how === "kill" ? "start" : "resume", service]);
    await act(how, service);
  }
}
afterEach(async () => {
  for (const [how, service] of harmed.splice(0)) await act(how, service);
  await eventually(
    async () => {
      const systems = system.replicas.map(({ url }) => call("GET", `${url}/api/system`).catch(() => undefined));
      return (await Promise.all(systems)).every((answer) => answer?.body?.lockNodes?.answering === 5);
    },
    "every replica reaches five lock nodes",
    60_000,
  );
}, 90_000);

async function killClients(redis: Redis | undefined): Promise<void> {
  await redis?.call("CLIENT", "KILL", "TYPE", "normal").catch(() => {});
}

/** Does something to the lock nodes again and again while the buyers are at the checkout. */
async function meanwhile(harmOnce: () => Promise<unknown>, buyers: Promise<unknown>): Promise<void> {
  let isOver = false;
  void buyers.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await harmOnce();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Asks until the shop has an answer other than "busy". */
async function buyPatiently(sku: string, replica: number): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { status } = await buy(sku, replica);
    if (status !== 503) return status;
  }
  return 503;
}

type Buyers = () => Promise<void>;

const cases: [string, (buyers: Buyers) => Promise<void>][] = [
  ["a node hangs", (buyers) => harm("pause", ...names.slice(0, 1)).then(buyers)],
  ["two nodes are dead", (buyers) => harm("kill", ...names.slice(0, 2)).then(buyers)],
  ["a node loses its memory again and again", (buyers) => meanwhile(async () => admins[0]?.flushall(), buyers())],
  ["a node's connections are reset again and again", (buyers) => meanwhile(() => killClients(admins[0]), buyers())],
];

// Nothing but the lock keeps two buyers of the same unit apart.
describe.each(["redlock", "quorum"])("%s", (strategy) => {
  test.each(cases)("three units sell exactly three times while %s", async (_, under) => {
    const run = await createRun(strategy, 3);
    let statuses: number[] = [];
    await under(async () => {
      statuses = await Promise.all(Array.from({ length: 9 }, (_, index) => buyPatiently(run.sku, index)));
    });
    expect(statuses.sort()).toEqual([201, 201, 201, 409, 409, 409, 409, 409, 409]);
    expect(await verdictOf(run.id)).toMatchObject({ unitsSold: 3, unitsOversold: 0, lostUpdates: 0, passed: true });
  });

  test("three dead nodes: LOCK_BUSY with its reason and each node's vote, and nothing sold", async () => {
    const run = await createRun(strategy, 3);
    await harm("kill", ...names.slice(0, 3));
    const { status, body } = await buy(run.sku);
    expect({ status, code: body.code, reason: body.reason }).toEqual({
      status: 503,
      code: "LOCK_BUSY",
      reason: "too-few-nodes",
    });
    const votes = body.votes.nodes.map(({ vote }: { vote: string }) => vote);
    expect(votes).toEqual(["silent", "silent", "silent", "granted", "granted"]);
    expect(await verdictOf(run.id)).toMatchObject({ unitsSold: 0, stock: 3, evidence: [{ kind: "nobody-served" }] });
  });
});
