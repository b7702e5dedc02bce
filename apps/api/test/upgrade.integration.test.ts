import { randomUUID } from "node:crypto";
import { migrate } from "@last-unit/prisma/migrate";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withReplica } from "./lab/with-replica.ts";
import { eventually, system } from "./system.ts";

/** The last migration of version 0.1.0. Databases as old as that have to start under every later version. */
const OLD = "20261123060000_unwatched_runs";

const name = `upgrade_${randomUUID().slice(0, 8)}`;
const admin = new pg.Client({ connectionString: system.postgres.url });
const url = new URL(system.postgres.url);
url.pathname = name;
const shop = new pg.Client({ connectionString: url.href });

beforeAll(async () => {
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await migrate(url.href, { upTo: OLD });
  // The old version's process, which would have ended this session, holds Prisma's migration lock for some seconds otherwise.
  await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
  await shop.connect();
  // The first migration had another text then.
  await shop.query("UPDATE _prisma_migrations SET checksum = 'of 0.1.0' WHERE migration_name LIKE '%_shop'");
});

afterAll(async () => {
  await shop.end();
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.end();
});

/** As version 0.1.0 wrote it: order, line, movement, and for a payment under way its charge at the provider. */
async function placeOld(unit: number, status: string, expiresIn: string): Promise<string> {
  const id = randomUUID();
  const isPaying = status === "paying";
  await shop.query(
    `INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, created_at, expires_at, payment_attempt, paying_since)
     VALUES ($1, $2, $3::order_status, 'redlock+row-lock', 'replica-1', 100, now(), now() + $4::interval, $5, $6)`,
    [id, randomUUID(), status, expiresIn, isPaying ? 1 : 0, isPaying ? new Date(Date.now() - 60_000) : null],
  );
  await shop.query(
    "INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_cents, unit_numbers) VALUES ($1, 'old-lamp', 'Lamp', 1, 100, $2)",
    [id, [unit]],
  );
  await shop.query(
    `INSERT INTO stock_movements (sku, delta, unit_numbers, stock_before, stock_after, version, reason, order_id, strategy, replica)
     VALUES ('old-lamp', -1, $2, $3, $4, $5, 'sale', $1, 'redlock+row-lock', 'replica-1')`,
    [id, [unit], 11 - unit, 10 - unit, unit],
  );
  if (isPaying)
    await shop.query(
      "INSERT INTO provider_charges (idempotency_key, amount_cents, outcome, settles_at) VALUES ($1, 100, 'succeeded', now())",
      [`${id}:1`],
    );
  return id;
}

test("a database of version 0.1.0 keeps every order, expires what is due and settles a payment under way", async () => {
  await shop.query(`
    INSERT INTO products (sku, name, description, artwork, price_cents) VALUES ('old-lamp', 'Lamp', '', 'lamp', 100);
    INSERT INTO stock (sku, edition, next_unit, returned_units, stock, version) VALUES ('old-lamp', 10, 5, '{}', 6, 4)`);
  const [due, reserved, paying, paid] = [
    await placeOld(1, "reserved", "-1 minute"),
    await placeOld(2, "reserved", "10 minutes"),
    await placeOld(3, "paying", "10 minutes"),
    await placeOld(4, "paid", "-1 minute"),
  ];

  expect(await migrate(url.href)).not.toEqual([]);
  const statuses = async () => {
    const { rows } = await shop.query<{ id: string; status: string }>("SELECT id, status FROM orders");
    return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
  };
  await withReplica({ DATABASE_URL: url.href, LAB_OPEN: "1", SWEEP_INTERVAL_MS: "50" }, async () => {
    await eventually(async () => {
      const now = await statuses();
      return now[due] === "expired" && now[paying] === "paid";
    }, "the due reservation expires and the payment is settled");
  });
  expect(await statuses()).toEqual({ [due]: "expired", [reserved]: "reserved", [paying]: "paid", [paid]: "paid" });
  const { rows } = await shop.query("SELECT stock, returned_units FROM stock WHERE sku = 'old-lamp'");
  expect(rows).toEqual([{ stock: 7, returned_units: [1] }]);
  const lines = await shop.query("SELECT order_id, unit_numbers FROM order_lines ORDER BY unit_numbers");
  expect(lines.rows.map(({ order_id }) => order_id)).toEqual([due, reserved, paying, paid]);
});
