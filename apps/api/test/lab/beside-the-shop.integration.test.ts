import { expect, test } from "vitest";
import { openOwnDatabase } from "../own-database.ts";
import { call, eventually } from "../system.ts";
import { withReplica } from "./with-replica.ts";

test("a crowd that holds every connection of the races keeps no request of the shop waiting", async () => {
  const own = await openOwnDatabase();
  try {
    await own.query(`
      INSERT INTO products (sku, name, description, artwork, price_cents) VALUES ('lamp', 'Lamp', '', 'lamp', 100);
      INSERT INTO stock (sku, edition, next_unit, returned_units, stock) VALUES ('lamp', 10, 1, '{}', 10)`);
    const settings = { DATABASE_URL: own.url, DATABASE_POOL: "3", LAB_OPEN: "1", LOCK_STRATEGY: "row-lock" };
    await withReplica(settings, async (base) => {
      const body = { strategy: "row-lock", stock: 9, thinkTimeMs: 2_000 };
      const run = (await call("POST", `${base}/api/lab/runs`, { body })).body;
      const buy = (sku: string) => call("POST", `${base}/api/checkout`, { body: { items: [{ sku, quantity: 1 }] } });
      const crowd = Array.from({ length: 6 }, () => buy(run.sku));
      await eventually(async () => {
        const { rows } = await own.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        return rows.length === 2;
      }, "one buyer holds the row, and two wait for it");

      const meanwhile = await Promise.all([
        ...Array.from({ length: 5 }, () => call("GET", `${base}/api/products`)),
        call("GET", `${base}/readyz`),
        buy("lamp"),
      ]);
      expect(meanwhile.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 201]);
      const answers = (await Promise.all(crowd)).map(({ status, body: { code } }) => code ?? status);
      expect(
        answers.filter((answer) => answer !== 201 && answer !== "LOCK_BUSY" && answer !== "DATABASE_UNAVAILABLE"),
      ).toEqual([]);
    });
  } finally {
    await own.drop();
  }
}, 60_000);
