import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { manualClock } from "@last-unit/locks/testing";
import { afterAll, expect, test } from "vitest";
import { connectDatabase } from "../../src/db/client.ts";
import { isLed, tryToLead } from "../../src/db/leader.ts";
import { eventually, system } from "../system.ts";

const database = connectDatabase(system.postgres.url, 5);
afterAll(() => database.$disconnect());

const work = () => `test-${randomUUID()}`;
/** What the database does when a leader's lease runs out; tests wait for no clock. */
const expire = (name: string) =>
  database.$executeRaw`UPDATE leaders SET expires_at = now() - interval '1 second' WHERE name = ${name}`;

test("of many processes that try at once, exactly one leads", async () => {
  const name = work();
  const tries = await Promise.all(Array.from({ length: 20 }, () => tryToLead(database, name)));
  expect(tries.filter(Boolean)).toHaveLength(1);
  expect(await isLed(database, name)).toBe(true);
  for (const leadership of tries) await leadership?.resign();
});

test("after a resignation another process leads at once", async () => {
  const name = work();
  await (await tryToLead(database, name))?.resign();
  expect(await isLed(database, name)).toBe(false);
  const next = await tryToLead(database, name);
  expect(next).toBeDefined();
  await next?.resign();
});

test("a leader whose lease expired is told so, and its resignation leaves its successor in place", async () => {
  const name = work();
  const clock = manualClock();
  const first = await tryToLead(database, name, { ttlMs: 60_000, clock });
  await expire(name);
  const second = await tryToLead(database, name);
  expect(second).toBeDefined();
  clock.advance(20_000);
  await eventually(async () => first?.lost.aborted, "the first leader is told");
  await first?.resign();
  expect(await isLed(database, name)).toBe(true);
  expect(second?.lost.aborted).toBe(false);
  await second?.resign();
});

test("a renewal moves the expiry", async () => {
  const name = work();
  const clock = manualClock();
  const leadership = await tryToLead(database, name, { ttlMs: 60_000, clock });
  const expiry = async () => (await database.leader.findUniqueOrThrow({ where: { name } })).expiresAt.getTime();
  const before = await expiry();
  clock.advance(20_000);
  await eventually(async () => (await expiry()) > before, "the lease is renewed");
  expect(leadership?.lost.aborted).toBe(false);
  await leadership?.resign();
});

test("a leader that cannot reach the database stops before its lease expires", async () => {
  const name = work();
  const clock = manualClock();
  const cut = connectDatabase(system.postgres.url, 1);
  const leadership = await tryToLead(cut, name, { ttlMs: 60_000, clock });
  // The only connection is busy: the renewal gets no answer.
  const events = new EventTarget();
  const isConnected = once(events, "connected");
  const released = once(events, "released");
  const busy = cut.$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT 1`;
      events.dispatchEvent(new Event("connected"));
      await released;
    },
    { timeout: 30_000 },
  );
  await isConnected;
  clock.advance(20_000);
  clock.advance(39_000);
  expect(leadership?.lost.aborted).toBe(false);
  clock.advance(1_000);
  expect(leadership?.lost.aborted).toBe(true);
  events.dispatchEvent(new Event("released"));
  await busy;
  await leadership?.resign();
  await cut.$disconnect();
});
