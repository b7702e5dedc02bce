import { randomUUID } from "node:crypto";
import { seedCatalogue } from "@last-unit/prisma/catalogue";
import { migrate } from "@last-unit/prisma/migrate";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { connectDatabase, type Database } from "../src/db/client.ts";
import { withReplica } from "./lab/with-replica.ts";
import { call, eventually, newBuyer, system } from "./system.ts";

/** The least distance between two zones is a quarter of an hour, so whatever is off by a zone is off by more than this. */
const CLOSE_MS = 10 * 60_000;
const TTL_MS = 12 * 60_000;
const old = () => new Date(Date.now() - 1.5 * TTL_MS);
const notSoOld = () => new Date(Date.now() - 0.5 * TTL_MS);

const zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu"];
const places = [
  ...zones.map((zone) => ({ place: `the machine and the database in ${zone}`, zone, role: false })),
  { place: "a role with a zone and a German DateStyle", zone: "Asia/Kathmandu", role: true },
];

const admin = new pg.Client(system.postgres.url);
await admin.connect();
const machineZone = process.env.TZ;
const undo: string[] = [];

afterAll(async () => {
  if (machineZone === undefined) delete process.env.TZ;
  else process.env.TZ = machineZone;
  for (const statement of undo.reverse()) await admin.query(statement);
  await admin.end();
});

/** A database of its own, migrated and filled under its zone, as the role that has the zone or as the system's. */
async function makeDatabase(zone: string, role: boolean): Promise<string> {
  const name = `zone_${randomUUID().slice(0, 8)}`;
  const url = new URL(system.postgres.url);
  url.pathname = name;
  await admin.query(`CREATE DATABASE ${name}`);
  undo.push(`DROP DATABASE ${name} WITH (FORCE)`);
  if (role) {
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'zone'`);
    undo.splice(-1, 0, `DROP ROLE ${name}`);
    await admin.query(`ALTER ROLE ${name} SET timezone = '${zone}'`);
    await admin.query(`ALTER ROLE ${name} SET DateStyle = 'German, DMY'`);
    await admin.query(`ALTER DATABASE ${name} OWNER TO ${name}`);
    url.username = name;
    url.password = "zone";
  } else {
    await admin.query(`ALTER DATABASE ${name} SET timezone = '${zone}'`);
  }
  await migrate(url.href);
  // The next start reads when each migration was applied. The process of this one, whose sessions end here, is gone by then.
  await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
  expect(await migrate(url.href)).toEqual([]);
  await seedCatalogue(url.href);
  return url.href;
}

describe.each(places)("$place", ({ zone, role }) => {
  let database: Database;
  let url: string;
  const withZone = async (use: (replica: string) => Promise<void>) => {
    if (!role) process.env.TZ = zone;
    url ??= await makeDatabase(zone, role);
    database ??= connectDatabase(url, 2);
    const settings = {
      RESERVATION_TTL_MS: `${TTL_MS}`,
      IDEMPOTENCY_TTL_MS: `${TTL_MS}`,
      LAB_RUN_TTL_MS: `${TTL_MS}`,
      SWEEP_INTERVAL_MS: "100",
    };
    await withReplica({ DATABASE_URL: url, LAB_OPEN: "1", ...settings }, use);
  };
  afterAll(() => database?.$disconnect());

  test("orders have their moments, expire when it is time, and keys are forgotten when it is time", async () => {
    await withZone(async (replica) => {
      const session = await database.$queryRaw`
        SELECT current_setting('TimeZone') AS zone, split_part(current_setting('DateStyle'), ',', 1) AS style`;
      expect(session).toEqual([{ zone: "UTC", style: "ISO" }]);
      const buyer = await newBuyer(replica);
      const body = { items: [{ sku: "screen-print", quantity: 1 }] };
      const place = (key: string) =>
        buyer.call("POST", "/api/checkout", { body, headers: { "idempotency-key": key } }).then(({ body }) => body);
      const [kept, expiring, paid] = [await place("kept"), await place("expiring"), await place("paid")];
      const listed = (await buyer.call("GET", "/api/orders")).body;
      for (const order of [kept, expiring, paid, ...listed]) {
        expect(Math.abs(Date.parse(order.createdAt) - Date.now())).toBeLessThan(CLOSE_MS);
        expect(Date.parse(order.expiresAt) - Date.parse(order.createdAt)).toBe(TTL_MS);
      }
      const payment = await buyer.call("POST", `/api/orders/${paid.id}/pay`, { body: { card: "4242424242424242" } });
      expect(payment.body.status).toBe("paid");

      // What the sweeper does to the old tells that it has seen the others.
      await database.order.update({ where: { id: expiring.id }, data: { expiresAt: old() } });
      await database.idempotencyKey.updateMany({ where: { key: "expiring" }, data: { createdAt: old() } });
      await database.idempotencyKey.updateMany({ where: { key: "kept" }, data: { createdAt: notSoOld() } });
      const keys = async () => (await database.idempotencyKey.findMany()).map(({ key }) => key).sort();
      const statuses = async () => {
        const orders = await database.order.findMany({ select: { status: true }, orderBy: { id: "asc" } });
        return orders.map(({ status }) => status);
      };
      await eventually(async () => (await keys()).length < 3, "the sweeper forgets a key");
      await eventually(async () => (await statuses()).includes("expired"), "the sweeper expires an order");
      expect(await keys()).toEqual(["kept", "paid"]);
      expect(await statuses()).toEqual(["reserved", "expired", "paid"]);
      expect((await place("kept")).id).toBe(kept.id);
    });
  });

  test("a race and a crowd over time are played and judged, and runs are swept when it is time", async () => {
    await withZone(async (replica) => {
      const ask = async (method: string, path: string, body?: unknown) =>
        (await call(method, `${replica}/api/lab/runs${path}`, { body })).body;
      const stale = await ask("POST", "", { strategy: "row-lock", stock: 1 });
      const race = await ask("POST", "", { strategy: "redlock+row-lock", stock: 5 });
      const load = await ask("POST", "", { strategy: "row-lock", stock: 1_000_000, watchable: false });
      await database.labRun.update({ where: { id: stale.id }, data: { createdAt: old() } });
      await database.labRun.update({ where: { id: race.id }, data: { createdAt: notSoOld() } });
      await eventually(async () => (await ask("GET", `/${stale.id}/verdict`)).code === "RUN_NOT_FOUND", "the sweep");

      const begun = performance.now();
      await ask("POST", `/${race.id}/buyers`, { count: 20 });
      await ask("POST", `/${load.id}/buyers`, { count: 10, forMs: 300 });
      for (const [{ id }, count] of [
        [race, 20],
        [load, 10],
      ] as const) {
        await eventually(
          async () => (await ask("GET", `/${id}/sales`)).buyers?.answered === count,
          "every buyer's answer",
        );
      }
      const elapsedMs = performance.now() - begun;
      expect(await ask("GET", `/${race.id}/verdict?history=left-out`)).toMatchObject({ passed: true, unitsSold: 5 });
      const figures = await ask("GET", `/${load.id}/sales`);
      expect(figures.unitsSold).toBe(figures.checkouts);
      expect(figures.elapsedMs).toBeGreaterThan(0);
      expect(figures.elapsedMs).toBeLessThan(elapsedMs);
      // The ledger's times are PostgreSQL's, those of the answers a replica's: a verdict compares them.
      const [sold] = await database.stockMovement.findMany({ where: { sku: load.sku }, take: 1 });
      const [answer] = await database.labAnswer.findMany({ where: { runId: load.id }, take: 1 });
      for (const moment of [sold?.at, answer?.askedAt, answer?.answeredAt]) {
        expect(Math.abs(Number(moment) - Date.now())).toBeLessThan(CLOSE_MS);
      }
    });
  });
});

describe("a session that a pooler left in another zone", () => {
  const database = connectDatabase(system.postgres.url, 1);
  afterAll(() => database.$disconnect());

  test.each(["UTC", ...zones])("%s: a time that is written is the time that is read", async (zone) => {
    const moment = new Date("2026-07-01T10:20:30.569Z");
    const sku = `test-${randomUUID()}`;
    await database.$executeRawUnsafe(`SET TIME ZONE '${zone}'`);
    const product = { sku, name: "2026-07-01 10:20:30", description: "", artwork: "lamp", priceCents: 1 };
    await database.$transaction([database.product.create({ data: { ...product, createdAt: moment } })]);
    const [stored] = await database.$queryRaw<{ ms: number; time: Date; wall: string; isSame: boolean }[]>`
      SELECT extract(epoch FROM created_at)::float8 * 1000 AS ms, created_at AS time, name AS wall,
             created_at = ${moment}::timestamptz AS "isSame"
        FROM products WHERE sku = ${sku}`;
    expect(stored).toEqual({ ms: moment.getTime(), time: moment, wall: "2026-07-01 10:20:30", isSame: true });
    expect(await database.product.deleteMany({ where: { sku, createdAt: { in: [moment] } } })).toEqual({ count: 1 });
  });
});

test("the system's PostgreSQL is in UTC wherever the machine is, and no column is without a zone", async () => {
  const { rows: settings } = await admin.query(
    "SELECT name, setting, source FROM pg_settings WHERE name IN ('TimeZone', 'log_timezone') ORDER BY lower(name)",
  );
  expect(settings).toEqual([
    { name: "log_timezone", setting: "UTC", source: "command line" },
    { name: "TimeZone", setting: "UTC", source: "command line" },
  ]);
  const { rows: columns } = await admin.query(`
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'`);
  expect(columns).toEqual([]);
});
