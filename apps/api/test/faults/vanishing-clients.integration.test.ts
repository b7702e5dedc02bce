import { Agent, request } from "node:http";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { streamKey } from "../../src/lab/races/events.ts";
import { buy, call, createRun, eventually, replicaUrl, system, verdictOf } from "../system.ts";
import { openWorkbench } from "../workbench.ts";

const CLIENTS = 2_000;
const STOCK = 50;

const bench = openWorkbench();
const events = new Redis(system.eventsRedis.url);
afterAll(async () => {
  events.disconnect();
  await bench.close();
});

/** Sends a checkout over a connection of its own. The function breaks it off, whatever has come by then. */
function ask(sku: string, index: number): () => void {
  const asked = request(`${replicaUrl(index)}/api/checkout`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    agent: new Agent({ keepAlive: false }),
  });
  asked.on("error", () => {});
  asked.end(JSON.stringify({ items: [{ sku, quantity: 1 }] }));
  return () => asked.destroy();
}

async function waiting(runId: string): Promise<number> {
  const entries = await events.xrange(streamKey(runId), "-", "+");
  return entries.filter(([, fields]) => fields.join(" ").includes('"waiting"')).length;
}

async function openSockets(url: string): Promise<number> {
  const { body } = await call("GET", `${url}/metrics`);
  return Number(/^nodejs_active_resources\{type="TCPSocketWrap"[^}]*\} (\d+)/m.exec(body)?.[1] ?? 0);
}

test("group-commit: 2,000 clients vanish while they stand in line: nothing is sold to them, and the next buyer gets No. 1", async () => {
  const run = await createRun("group-commit", STOCK);
  const before = await Promise.all(system.replicas.map(({ url }) => openSockets(url)));
  const holder = new pg.Client(system.postgres.url);
  await holder.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT FROM stock WHERE sku = $1 FOR UPDATE", [run.sku]);
  const breakOff = Array.from({ length: CLIENTS }, (_, index) => ask(run.sku, index));
  try {
    await eventually(async () => (await waiting(run.id)) >= CLIENTS, "all stand in line");
  } finally {
    for (const vanish of breakOff) vanish();
  }
  const areGone = async () => {
    const now = await Promise.all(system.replicas.map(({ url }) => openSockets(url)));
    return now.every((sockets, replica) => sockets < (before[replica] ?? 0) + 20);
  };
  await eventually(areGone, "the replicas have seen the connections close");
  await holder.end();

  // On a busy machine the replicas are still closing sockets, and may refuse a buyer for the time being.
  const next = await eventually(async () => {
    const reply = await buy(run.sku, 1);
    return reply.status !== 503 && reply;
  }, "the next buyer is served");
  expect([next.status, next.body.lines?.[0].unitNumbers]).toEqual([201, [1]]);
  expect(await bench.stock(run.sku)).toMatchObject({ stock: STOCK - 1, nextUnit: 2 });
  expect(await bench.movements(run.sku)).toHaveLength(1);
  expect(await verdictOf(run.id)).toMatchObject({ orders: 1, unitsOversold: 0, lostUpdates: 0, passed: true });
}, 90_000);
