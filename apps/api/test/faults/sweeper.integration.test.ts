import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import pg from "pg";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { cancelOrder } from "../../src/checkout/cancel-order.ts";
import { expireOrders } from "../../src/checkout/expire-orders.ts";
import { reconcilePayments } from "../../src/checkout/reconcile-payments.ts";
import type { Shop } from "../../src/checkout/shop.ts";
import { sweepRuns } from "../../src/lab/races/runs.ts";
import { withReplica } from "../lab/with-replica.ts";
import { openOwnDatabase } from "../own-database.ts";
import { act, eventually, system } from "../system.ts";
import { openWorkbench } from "../workbench.ts";

const own = await openOwnDatabase();
const bench = openWorkbench({}, {}, own.url);
afterAll(async () => {
  await bench.close();
  await own.drop();
});
beforeEach(() =>
  own.query("TRUNCATE orders, order_lines, stock_movements, provider_charges, idempotency_keys, products CASCADE"),
);

const rows = async (text: string, ...values: unknown[]) => (await own.query(text, values)).rows;
const count = async (status: string, strategyOrSku: string) => {
  const [row] = await rows(
    `SELECT count(*)::int AS n FROM orders JOIN order_lines ON order_id = id
      WHERE status = $1::order_status AND $2 IN (strategy, sku)`,
    status,
    strategyOrSku,
  );
  return row.n as number;
};

/**
 * Reservations of one unit each, of as many products, that ran out so many milliseconds ago: the oldest are the first
 * in line. The products are those of runs, because a run's reservations end under the run's own strategy.
 */
const reservations = (sku: string, strategy: string, orders: number, { products = 1, overdueMs = 0 } = {}) =>
  own.query(
    `WITH product AS (
       INSERT INTO products (sku, name, description, artwork, price_cents)
       SELECT $1 || '-' || p, 'Lamp', '', 'lamp', 100 FROM generate_series(1, $4::int) AS p RETURNING sku
     ), stock AS (
       INSERT INTO stock (sku, edition, next_unit, returned_units, stock)
       SELECT sku, $3::int, $3::int + 1, '{}', 0 FROM product
     ), run AS (
       INSERT INTO lab_runs (id, sku, strategy, initial_stock, think_time_ms)
       SELECT gen_random_uuid(), sku, $2, $3::int, 0 FROM product RETURNING id, sku
     ), sold AS (
       INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, expires_at, run_id)
       SELECT gen_random_uuid(), gen_random_uuid(), 'reserved', $2, 'test', 100, now() - $5::int * interval '1 ms', run.id
         FROM generate_series(1, $3::int) AS n JOIN run ON run.sku = $1 || '-' || (1 + n % $4::int)
       RETURNING id, run_id
     )
     INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_cents, unit_numbers)
     SELECT sold.id, run.sku, 'Lamp', 1, 100, ARRAY[row_number() OVER ()::int] FROM sold JOIN run ON run.id = run_id`,
    [sku, strategy, orders, products, overdueMs],
  );

/** Payments whose answer never came. The provider goes on saying "pending" of them, or says that they were charged. */
const payments = (sku: string, orders: number, { pending, sinceMs }: { pending: boolean; sinceMs: number }) =>
  own.query(
    `WITH placed AS (
       INSERT INTO orders (id, buyer_id, status, strategy, replica, total_cents, expires_at, paying_since, payment_attempt)
       SELECT gen_random_uuid(), gen_random_uuid(), 'paying', 'row-lock', 'test', 100, now() + interval '1 h',
              now() - $2::int * interval '1 ms', 1
         FROM generate_series(1, $3::int) RETURNING id
     ), lines AS (
       INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_cents, unit_numbers)
       SELECT id, $1, 'Lamp', 1, 100, '{1}' FROM placed
     )
     INSERT INTO provider_charges (idempotency_key, amount_cents, outcome, settles_at)
     SELECT id || ':1', 100, 'succeeded', now() + CASE WHEN $4::bool THEN interval '1 h' ELSE interval '-1 h' END
       FROM placed`,
    [sku, sinceMs, orders, pending],
  );

/**
 * Stands between clients and a store. Paused, it takes what is sent and passes nothing on, as a stopped process does.
 */
async function openPausableProxy(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isPaused = true;
  const listener = createServer((client) => {
    const server = connect({ host: hostname, port: Number(port) });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => other.destroy());
    }
    server.pipe(client);
    if (!isPaused) client.pipe(server);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    resume() {
      isPaused = false;
      for (const socket of sockets) socket.destroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}

const variables = { DATABASE_URL: own.url, LAB: "0", SWEEP_INTERVAL_MS: "50", LOCK_STRATEGY: "row-lock" };
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

test("110 reservations under a DynamoDB that does not answer: all others expire and payments are settled meanwhile; once it answers, the 110 expire too", async () => {
  const proxy = await openPausableProxy(system.dynamodb?.url ?? "");
  closing.push(proxy.close);
  await reservations("slow", "dynamodb-lease", 110, { products: 11, overdueMs: 3_000 });
  await reservations("quick", "row-lock", 5, { overdueMs: 1_000 });
  await reservations("locked", "redlock+row-lock", 5, { overdueMs: 1_000 });
  await payments("slow-1", 1, { pending: false, sinceMs: 60_000 });
  const more = { ...variables, DYNAMODB_ENDPOINT: proxy.url };
  await withReplica(more, () =>
    withReplica({ ...more, REPLICA_NAME: "another" }, async () => {
      await eventually(async () => (await count("paid", "slow-1")) === 1, "the payment is settled");
      await eventually(async () => (await count("expired", "quick-1")) === 5, "the row-locked ones expire");
      await eventually(async () => (await count("expired", "locked-1")) === 5, "the redlocked ones expire");
      expect(await count("reserved", "dynamodb-lease")).toBe(110);
      // What comes due later is not held up either.
      await reservations("late", "row-lock", 3);
      await eventually(async () => (await count("expired", "late-1")) === 3, "the later ones expire");
      expect(await count("reserved", "dynamodb-lease")).toBe(110);

      proxy.resume();
      await eventually(async () => (await count("expired", "dynamodb-lease")) === 110, "the 110 expire", 180_000);
    }),
  );
  expect(await rows("SELECT sum(stock)::int AS stock FROM stock WHERE sku LIKE 'slow-%'")).toEqual([{ stock: 110 }]);
}, 300_000);

test("12 reservations under a paused ZooKeeper ensemble (SIGSTOP): the others expire meanwhile; once it goes on, the 12 expire too", async ({
  skip,
}) => {
  skip(system.zookeeper.length === 0, "ZooKeeper is not running.");
  const all = (action: "pause" | "resume") => Promise.all(system.zookeeper.map(({ name }) => act(action, name)));
  await reservations("frozen", "zookeeper", 12, { products: 3, overdueMs: 3_000 });
  await reservations("quick", "row-lock", 5, { overdueMs: 1_000 });
  await all("pause");
  let isPaused = true;
  const resume = async () => {
    if (isPaused) await all("resume");
    isPaused = false;
  };
  try {
    const ensemble = system.zookeeper.map(({ url }) => url).join(",");
    await withReplica({ ...variables, ZOOKEEPER_URL: ensemble }, async () => {
      await eventually(async () => (await count("expired", "quick-1")) === 5, "the row-locked ones expire");
      // What comes due later is not held up either.
      await reservations("late", "row-lock", 3);
      await eventually(async () => (await count("expired", "late-1")) === 3, "the later ones expire");
      expect(await count("reserved", "zookeeper")).toBe(12);

      await resume();
      await eventually(async () => (await count("expired", "zookeeper")) === 12, "the 12 expire", 90_000);
    });
  } finally {
    await resume();
  }
}, 180_000);

test("12 reservations of a product whose row somebody keeps locked: another product's reservation expires meanwhile", async () => {
  await reservations("stuck", "row-lock", 12, { overdueMs: 3_000 });
  await reservations("free", "row-lock", 1, { overdueMs: 1_000 });
  const holder = new pg.Client({ connectionString: own.url });
  await holder.connect();
  closing.push(() => void holder.end());
  await holder.query("BEGIN");
  await holder.query("SELECT FROM stock WHERE sku = 'stuck-1' FOR UPDATE");
  await withReplica(variables, async () => {
    await eventually(async () => (await count("expired", "free-1")) === 1, "the free one expires");
    expect(await count("reserved", "stuck-1")).toBe(12);
    await holder.query("ROLLBACK");
    await eventually(async () => (await count("expired", "stuck-1")) === 12, "the 12 expire", 60_000);
  });
});

test("60 payments of which the provider says nothing yet: the one behind them is settled", async () => {
  await payments("pending", 60, { pending: true, sinceMs: 120_000 });
  await payments("charged", 1, { pending: false, sinceMs: 60_000 });
  await withReplica(variables, async () => {
    await eventually(async () => (await count("paid", "charged")) === 1, "the payment behind them is settled");
    expect(await count("paying", "pending")).toBe(60);
  });
});

test("a provider that hangs on some payments: the others are settled while it hangs, and the hung ones are put off", async () => {
  await payments("hung", 5, { pending: true, sinceMs: 120_000 });
  await payments("charged", 1, { pending: false, sinceMs: 60_000 });
  const hung = new Set(
    (await rows("SELECT order_id || ':1' AS key FROM order_lines WHERE sku = 'hung'")).map(({ key }) => key),
  );
  let giveUp: (error: Error) => void = () => {};
  const never = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const { provider } = bench.shop;
  const shop: Shop = {
    ...bench.shop,
    provider: { ...provider, settle: (key, signal) => (hung.has(key) ? never : provider.settle(key, signal)) },
  };
  const failures: unknown[] = [];
  const settling = reconcilePayments(shop, { failed: (error) => failures.push(error) });
  await eventually(async () => (await count("paid", "charged")) === 1, "the other one is settled");
  expect(failures).toEqual([]);
  giveUp(new Error("the provider did not answer"));
  await settling;
  expect(failures).toMatchObject([{ errors: Array(5).fill({ message: "the provider did not answer" }) }]);
  expect(await rows("SELECT count(*)::int AS n FROM orders WHERE next_attempt_at > now()")).toEqual([{ n: 5 }]);
});

test("what could not be ended waits for its own time, whichever replica looks next", async () => {
  await reservations("retired", "retired", 1, { overdueMs: 60_000 });
  let attempts = 0;
  const replica = (name: string): Shop => ({
    ...bench.shop,
    replica: name,
    strategy(wanted) {
      if (wanted !== "retired") return bench.shop.strategy(wanted);
      return {
        ...bench.shop.strategy("row-lock"),
        change: async () => {
          attempts += 1;
          throw new Error("this cannot be ended");
        },
      };
    },
  });
  await expireOrders(replica("one"));
  await expireOrders(replica("another"));
  expect(attempts).toBe(1);
  await own.query("UPDATE orders SET next_attempt_at = now()");
  await expireOrders(replica("another"));
  expect(attempts).toBe(2);
});

test("an order of the shop, placed under a strategy whose store is gone, ends under the strategy that sells now", async () => {
  await reservations("moved", "retired", 2);
  await own.query("UPDATE orders SET run_id = NULL");
  await own.query(
    "UPDATE orders SET expires_at = now() + interval '1 h' WHERE id = (SELECT min(id::text)::uuid FROM orders)",
  );
  const shop = { ...bench.shop, defaultStrategy: "row-lock" };

  await expireOrders(shop);
  expect(await count("expired", "moved-1")).toBe(1);
  const [kept] = await rows("SELECT id, buyer_id FROM orders WHERE status = 'reserved'");
  expect(await cancelOrder(shop, kept.buyer_id, kept.id)).toMatchObject({ status: "cancelled" });
  expect(await rows("SELECT strategy FROM stock_movements")).toEqual([
    { strategy: "row-lock" },
    { strategy: "row-lock" },
  ]);
  expect(await rows("SELECT stock FROM stock")).toEqual([{ stock: 2 }]);
});

test("a run that is deleted takes its orders' idempotency keys with it: no key outlives its order", async () => {
  await reservations("keyed", "row-lock", 1);
  await own.query(
    `INSERT INTO idempotency_keys (buyer_id, key, request_hash, order_id)
     SELECT buyer_id, 'cart-1', 'hash', id FROM orders UNION ALL
     SELECT gen_random_uuid(), 'cart-2', 'hash', gen_random_uuid()`,
  );
  expect(await sweepRuns(bench.database, -1_000)).toBe(1);
  expect(await rows("SELECT key FROM idempotency_keys")).toEqual([{ key: "cart-2" }]);
});
