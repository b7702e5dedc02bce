import { seedCatalogue } from "@last-unit/prisma/catalogue";
import { checkServer } from "@last-unit/prisma/check-server";
import { migrate } from "@last-unit/prisma/migrate";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withReplica } from "../lab/with-replica.ts";
import { call, system } from "../system.ts";

// What a shared server gives: a role that owns one schema, and may create nothing outside of it.
const admin = new pg.Client({ connectionString: system.postgres.url });
beforeAll(async () => {
  await admin.connect();
});
afterAll(() => admin.end());

test.each([
  ["?schema= of DATABASE_URL", "?schema=Own%20Shop", ""],
  ["the role's search_path", "", `ALTER ROLE tenant SET search_path = "Own Shop"`],
])("a schema named by %s holds all tables, sells, and starts a second time", async (_by, search, setting) => {
  await admin.query("CREATE ROLE tenant LOGIN PASSWORD 'pw'");
  await admin.query("CREATE DATABASE shared");
  const url = new URL(system.postgres.url);
  Object.assign(url, { pathname: "/shared", search });
  const owner = new pg.Client({ connectionString: url.href });
  await owner.connect();
  try {
    await owner.query(`CREATE SCHEMA "Own Shop" AUTHORIZATION tenant; ${setting}`);
    Object.assign(url, { username: "tenant", password: "pw" });
    for (const start of ["first", "second"]) {
      await checkServer(url.href);
      await migrate(url.href);
      expect(await seedCatalogue(url.href)).toBe(start === "first" ? 8 : 0);
    }
    await withReplica({ DATABASE_URL: url.href, LAB_OPEN: "1", LOCK_STRATEGY: "row-lock" }, async (base) => {
      const body = { items: [{ sku: "field-camera", quantity: 1 }] };
      expect((await call("POST", `${base}/api/checkout`, { body })).status).toBe(201);
      expect((await call("POST", `${base}/api/checkout`, { body })).body.code).toBe("OUT_OF_STOCK");
      const run = await call("POST", `${base}/api/lab/runs`, { body: { strategy: "conditional-update", stock: 1 } });
      expect(run.status).toBe(201);
    });
    const { rows } = await owner.query(
      "SELECT DISTINCT table_schema AS schema FROM information_schema.tables WHERE table_schema !~ '^(pg_|information_schema)'",
    );
    expect(rows).toEqual([{ schema: "Own Shop" }]);
  } finally {
    await owner.end();
    await admin.query("DROP DATABASE shared WITH (FORCE)");
    await admin.query("DROP ROLE tenant");
  }
});
