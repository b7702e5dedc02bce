import { seedCatalogue } from "@last-unit/prisma/catalogue";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectDatabase, type Database } from "../../src/db/client.ts";
import { tryToLead } from "../../src/db/leader.ts";
import { labWork, RESET } from "../../src/lab/reset/lab-work.ts";
import { openOwnDatabase } from "../own-database.ts";
import { call, newBuyer } from "../system.ts";
import { withReplica } from "./with-replica.ts";

let own: Awaited<ReturnType<typeof openOwnDatabase>>;
let database: Database;

beforeAll(async () => {
  own = await openOwnDatabase();
  await seedCatalogue(own.url);
  database = connectDatabase(own.url, 4);
});

afterAll(async () => {
  await database.$disconnect();
  await own.drop();
});

const token = "a token of this test only";
const headers = { authorization: `Bearer ${token}` };
const withLab = (use: (url: string) => Promise<void>) => withReplica({ DATABASE_URL: own.url, LAB_TOKEN: token }, use);
const reset = (url: string) => call("POST", `${url}/api/lab/reset`, { headers });
const camera = { items: [{ sku: "field-camera", quantity: 1 }] };

test("stock and orders are as at first, runs are gone, and the camera is sold again as No. 1", async () => {
  await withLab(async (url) => {
    const buyer = await newBuyer(url);
    expect((await buyer.call("POST", "/api/checkout", { body: camera })).status).toBe(201);
    expect((await buyer.call("POST", "/api/checkout", { body: camera })).body.code).toBe("OUT_OF_STOCK");
    const settings = { strategy: "row-lock", stock: 2 };
    const run = (await call("POST", `${url}/api/lab/runs`, { body: settings, headers })).body;
    await call("POST", `${url}/api/checkout`, { body: { items: [{ sku: run.sku, quantity: 1 }] } });

    expect((await call("POST", `${url}/api/lab/reset`)).body.code).toBe("LAB_TOKEN_REQUIRED");
    const answer = await reset(url);
    expect([answer.status, answer.body]).toEqual([
      200,
      { products: 8, orders: 2, runs: 1, tookMs: expect.any(Number) },
    ]);

    expect((await call("GET", `${url}/api/products/field-camera`)).body).toMatchObject({ stock: 1, edition: 1 });
    expect((await buyer.call("GET", "/api/orders")).body).toEqual([]);
    expect((await call("GET", `${url}/api/lab/runs/${run.id}/verdict`, { headers })).body.code).toBe("RUN_NOT_FOUND");
    const left = await own.query(`SELECT (SELECT count(*) FROM products)::int AS products,
      (SELECT count(*) FROM stock_movements)::int AS movements, (SELECT count(*) FROM lab_answers)::int AS answers`);
    expect(left.rows).toEqual([{ products: 8, movements: 0, answers: 0 }]);
    const again = await buyer.call("POST", "/api/checkout", { body: camera });
    expect(again.body.lines).toMatchObject([{ sku: "field-camera", unitNumbers: [1] }]);
  });
});

test("refused while buyers, a sale, a checkout or another reset is in progress; afterwards it works", async () => {
  await withLab(async (url) => {
    const refusedBecause = async (reason: RegExp) => {
      const { rows: before } = await own.query("SELECT * FROM stock ORDER BY sku");
      const answer = await reset(url);
      expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
        409,
        "LAB_BUSY",
        expect.stringMatching(reason),
      ]);
      expect((await own.query("SELECT * FROM stock ORDER BY sku")).rows).toEqual(before);
    };
    const end = await labWork(database, () => {}).begin("buyers");
    await refusedBecause(/^The buyers of a run are still buying\. Nothing was reset/);
    await end();

    // In the future, so that it stays recent however slow this machine is.
    await own.query(`INSERT INTO stock_movements
      (sku, delta, unit_numbers, stock_before, stock_after, version, reason, order_id, strategy, replica, at)
      VALUES ('reading-lamp', -1, '{1}', 500, 499, 1, 'sale', gen_random_uuid(), 'row-lock', 'test', now() + interval '1 minute')`);
    await refusedBecause(/^Units were sold within the last second/);
    await own.query("DELETE FROM stock_movements");

    const checkout = await database.pool.connect();
    await checkout.query("BEGIN");
    await checkout.query("SELECT stock FROM stock WHERE sku = 'reading-lamp'");
    await refusedBecause(/^A checkout is in progress/);
    await checkout.query("ROLLBACK");
    checkout.release();

    const other = await tryToLead(database, RESET);
    await refusedBecause(/^Another reset is in progress/);
    const run = (await call("POST", `${url}/api/lab/runs`, { body: { strategy: "row-lock", stock: 1 }, headers })).body;
    const buyers = await call("POST", `${url}/api/lab/runs/${run.id}/buyers`, { body: { count: 1 }, headers });
    expect([buyers.status, buyers.body.code]).toEqual([409, "LAB_BUSY"]);
    const replay = await call("POST", `${url}/api/lab/replays/two-readers/row-lock`, { headers });
    expect([replay.status, replay.body.code]).toEqual([409, "LAB_BUSY"]);
    await other?.resign();

    expect((await reset(url)).status).toBe(200);
  });
});
