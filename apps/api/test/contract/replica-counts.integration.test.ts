import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type System, startSystem } from "@last-unit/stack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, eventually, newBuyer, type Reply, system } from "../system.ts";

const BUYERS = 120;
const STOCK = 70;
/** Clients of each replica who buy one after the other until all is sold, and how many units there are for each replica. */
const CLIENTS = 8;
const UNITS_EACH = 60;

describe.each([1, 3, 6])("%i replicas", (count) => {
  let own: { system: System; home: string } | undefined;
  let urls: string[];

  beforeAll(async () => {
    // The tests' own system has three.
    if (system.replicas.length !== count) own = await startOwn(count);
    urls = (own?.system.file ?? system).replicas.map(({ url }) => url);
    expect(urls).toHaveLength(count);
  });
  afterAll(async () => {
    await own?.system.stop();
    if (own) await rm(own.home, { recursive: true, force: true });
  });

  const at = (replica: number) => urls[replica % count] as string;
  const createRun = async (stock: number) => {
    const body = { strategy: "group-commit", stock, thinkTimeMs: 0 };
    const run = await call("POST", `${at(0)}/api/lab/runs`, { body });
    expect(run.status).toBe(201);
    return run.body as { id: string; sku: string };
  };
  const buy = (replica: number, sku: string, headers: Record<string, string> = {}) =>
    call("POST", `${at(replica)}/api/checkout`, { body: { items: [{ sku, quantity: 1 }] }, headers });
  /** When the replicas have written down what they answered. */
  const verdictOf = (id: string, buyers: number) =>
    eventually(async () => {
      const { body } = await call("GET", `${at(0)}/api/lab/runs/${id}/verdict`);
      const answered = Object.values<number>(body.answers).reduce((sum, times) => sum + times, 0);
      return answered >= buyers && body;
    }, "every answer is written down");

  test(`${STOCK} units, ${BUYERS} buyers at once at all replicas: exactly ${STOCK} sold, each number once`, async () => {
    const { id, sku } = await createRun(STOCK);
    const replies = await Promise.all(Array.from({ length: BUYERS }, (_, index) => buy(index, sku)));
    const sold = replies.filter(({ status }) => status === 201);
    expect(sold.flatMap(unitsOf).sort((a, b) => a - b)).toEqual(upTo(STOCK));
    const refused = replies.filter(({ status }) => status !== 201);
    expect(refused.map(({ body }) => body.code)).toEqual(Array(BUYERS - STOCK).fill("OUT_OF_STOCK"));
    expect(await verdictOf(id, BUYERS)).toMatchObject({
      passed: true,
      linearizable: true,
      unitsSold: STOCK,
      stock: 0,
      answers: { RESERVED: STOCK, OUT_OF_STOCK: BUYERS - STOCK },
    });
  });

  test("one key, twice at every replica at once: one order, and everybody is shown it", async () => {
    const { id, sku } = await createRun(5);
    const { cookie } = await newBuyer(at(0));
    const headers = { cookie, "idempotency-key": randomUUID() };
    const replies = await Promise.all(Array.from({ length: 2 * count }, (_, index) => buy(index, sku, headers)));
    expect(replies.map(({ status }) => status)).toEqual(Array(2 * count).fill(201));
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    expect(replies.filter((reply) => !reply.headers.has("idempotency-replayed"))).toHaveLength(1);
    expect(await verdictOf(id, 2 * count)).toMatchObject({ passed: true, linearizable: true, unitsSold: 1, stock: 4 });
  });

  test.skipIf(count === 1)(
    "equal load until all is sold: no replica sells less than 20 % of an equal share",
    async () => {
      const { id, sku } = await createRun(UNITS_EACH * count);
      const sales: number[] = Array(count).fill(0);
      const buyUntilSoldOut = async (replica: number) => {
        for (;;) {
          const { status, body } = await buy(replica, sku);
          if (status !== 201) return body.code as string;
          sales[replica] = (sales[replica] ?? 0) + 1;
        }
      };
      const ends = await Promise.all(
        Array.from({ length: CLIENTS * count }, (_, client) => buyUntilSoldOut(client % count)),
      );
      expect(new Set(ends)).toEqual(new Set(["OUT_OF_STOCK"]));
      expect(sales.reduce((sum, share) => sum + share)).toBe(UNITS_EACH * count);
      expect(Math.min(...sales), `sales ${sales}`).toBeGreaterThanOrEqual(0.2 * UNITS_EACH);
      expect(await verdictOf(id, UNITS_EACH * count)).toMatchObject({ passed: true, linearizable: true });
    },
  );
});

async function startOwn(replicas: number) {
  const home = await mkdtemp(join(tmpdir(), "last-unit-replicas-"));
  try {
    const started = await startSystem({ home, replicas, given: { zookeeper: false }, env: { LOG_LEVEL: "warn" } });
    return { system: started, home };
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}

const unitsOf = ({ body }: Reply): number[] =>
  body.lines.flatMap(({ unitNumbers }: { unitNumbers: number[] }) => unitNumbers);

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
