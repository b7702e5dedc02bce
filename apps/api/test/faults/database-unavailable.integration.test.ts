import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withReplica } from "../lab/with-replica.ts";
import { openOwnDatabase } from "../own-database.ts";
import { call, eventually, type Reply, system } from "../system.ts";
import { canMakeCertificates, makeCertificate, openPostgresProxy } from "./postgres-proxy.ts";

/** It can be taken from a running replica. */
const own = await openOwnDatabase();
const { name, admin } = own;
const urlOf = ({ port, query }: { port: string; query?: string }) => {
  const url = new URL(own.url);
  Object.assign(url, { port, search: query ?? "" });
  return url.href;
};
const product = { sku: "only-lamp", quantity: 1 };

beforeAll(async () => {
  await own.query(`
    INSERT INTO products (sku, name, description, artwork, price_cents) VALUES ('only-lamp', 'Lamp', '', 'lamp', 100);
    INSERT INTO stock (sku, edition, next_unit, returned_units, stock) VALUES ('only-lamp', 1000, 1, '{}', 1000)`);
});
afterAll(() => own.drop());

const endSessions = () =>
  admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [name]);
const sql = (text: string) => async () => {
  await admin.query(text);
};

interface Outage {
  url?: string;
  begin(): unknown;
  end(): unknown;
  /** Whether reading still works. */
  reads?: boolean;
  /** Routes that read no table. */
  stillAnswers?: string[];
}

const outages: [string, Outage][] = [
  [
    "the server turns read-only, as a failover or a full disk has it (25006)",
    {
      begin: sql(`ALTER DATABASE ${name} SET default_transaction_read_only = on`),
      // Nobody ends the sessions that began read-only.
      end: sql(`ALTER DATABASE ${name} RESET default_transaction_read_only`),
      reads: true,
    },
  ],
  [
    "the role's password is rotated (28P01)",
    { begin: sql(`ALTER ROLE ${name} PASSWORD 'second'`), end: sql(`ALTER ROLE ${name} PASSWORD 'first'`) },
  ],
  [
    "the role may no longer log in (28000)",
    { begin: sql(`ALTER ROLE ${name} NOLOGIN`), end: sql(`ALTER ROLE ${name} LOGIN`) },
  ],
  [
    "the database allows no connections (55000)",
    {
      begin: sql(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`),
      end: sql(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`),
    },
  ],
  [
    "the role has no connection left (53300)",
    { begin: sql(`ALTER ROLE ${name} CONNECTION LIMIT 0`), end: sql(`ALTER ROLE ${name} CONNECTION LIMIT -1`) },
  ],
  [
    "the right to connect is taken away (42501 while connecting)",
    {
      begin: sql(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC, ${name}`),
      end: sql(`GRANT CONNECT ON DATABASE ${name} TO PUBLIC, ${name}`),
    },
  ],
  [
    "the right to the tables is taken away (42501 in a session)",
    {
      begin: sql(`ALTER ROLE ${name} SET role = 'pg_monitor'; GRANT pg_monitor TO ${name}`),
      end: sql(`ALTER ROLE ${name} RESET role; REVOKE pg_monitor FROM ${name}`),
      stillAnswers: ["/api/system"],
    },
  ],
  [
    "the database is renamed (3D000)",
    {
      async begin() {
        await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
        await endSessions();
        await eventually(async () => {
          const { rowCount } = await admin.query("SELECT FROM pg_stat_activity WHERE datname = $1", [name]);
          return rowCount === 0;
        }, "the sessions are gone");
        await admin.query(`ALTER DATABASE ${name} RENAME TO ${name}_renamed`);
      },
      async end() {
        await admin.query(`ALTER DATABASE ${name}_renamed RENAME TO ${name}`);
        await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      },
    },
  ],
];

describe.each(outages)("%s", (_what, outage) => {
  test("503 with Retry-After everywhere, not ready, one line in the log; recovery without a restart", () =>
    expectOutage(outage));
});

test.skipIf(!canMakeCertificates)("the server's certificate is not trusted: the same", async () => {
  const [trusted, other] = [makeCertificate(), makeCertificate()];
  const proxy = await openPostgresProxy(system.postgres.url, trusted);
  try {
    await expectOutage({
      url: urlOf({ port: proxy.port, query: `?sslmode=verify-full&sslrootcert=${trusted.file}` }),
      begin: () => proxy.become(other),
      end: () => proxy.become(trusted),
    });
  } finally {
    proxy.close();
    trusted.remove();
    other.remove();
  }
});

test("the server accepts connections and never answers: the same", async () => {
  const proxy = await openPostgresProxy(system.postgres.url, "passes");
  try {
    await expectOutage({
      url: urlOf({ port: proxy.port }),
      begin: () => proxy.become("hangs"),
      end: () => proxy.become("passes"),
    });
  } finally {
    proxy.close();
  }
});

async function expectOutage({ url = own.url, begin, end, reads = false, stillAnswers = [] }: Outage): Promise<void> {
  const lines: { level: number; msg: string; reason?: string }[] = [];
  const logger = pino({ level: "info" }, { write: (line) => lines.push(JSON.parse(line)) });
  const variables = { DATABASE_URL: url, LAB_OPEN: "1", SWEEP_INTERVAL_MS: "20", LOCK_STRATEGY: "row-lock" };
  await withReplica(
    variables,
    async (base) => {
      const before = await shopUnder(base);
      await begin();
      await endSessions();
      try {
        // Sessions that were killed are noticed one after the other.
        await eventually(async () => (await before.ready()).status === 503, "the replica is not ready");
        const [writing, reading, alive] = await Promise.all([
          before.write(),
          before.read(stillAnswers),
          call("GET", `${base}/healthz`),
        ]);
        expect(alive.status).toBe(200);
        for (const reply of writing) expectUnavailable(reply);
        for (const reply of reading) reads ? expect(reply.status).toBeLessThan(300) : expectUnavailable(reply);
        expect((await before.ready()).headers.get("retry-after")).toBeTruthy();
      } finally {
        await end();
      }
      await eventually(async () => (await before.ready()).status === 200, "the replica is ready again");
      // Not one pooled session is left that cannot write.
      const again = await Promise.all(Array.from({ length: 30 }, () => before.checkout()));
      expect(again.map(({ status }) => status)).toEqual(Array(30).fill(201));
      await eventually(async () => lines.some(({ msg }) => msg === "PostgreSQL is back"), "the log says so");
    },
    logger,
  );
  expect(lines.filter(({ msg }) => msg.includes("background work failed"))).toEqual([]);
  const reasons = lines.filter(({ msg }) => msg === "PostgreSQL cannot be used").map(({ reason }) => reason);
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons).toEqual([...new Set(reasons)]);
  expect(lines.filter(({ level }) => level >= 50)).toEqual([]);
}

function expectUnavailable({ status, headers, body }: Reply): void {
  expect({ status, code: body.code }).toEqual({ status: 503, code: "DATABASE_UNAVAILABLE" });
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
}

/** Every route that asks the database, each with something that is there. */
async function shopUnder(base: string) {
  const first = await call("POST", `${base}/api/checkout`, { body: { items: [product] } });
  expect(first.status).toBe(201);
  const headers = { cookie: String(first.headers.get("set-cookie")).split(";")[0] ?? "" };
  const order = `/api/orders/${first.body.id}`;
  const run = (await call("POST", `${base}/api/lab/runs`, { body: { strategy: "row-lock", stock: 2 } })).body;
  const lab = `/api/lab/runs/${run.id}`;
  const ask = (method: string, path: string, body?: unknown) => call(method, `${base}${path}`, { headers, body });
  const checkout = (sku = product.sku, extra: Record<string, string> = {}) =>
    call("POST", `${base}/api/checkout`, {
      body: { items: [{ sku, quantity: 1 }] },
      headers: { ...headers, ...extra },
    });
  return {
    checkout,
    ready: () => ask("GET", "/readyz"),
    write: () =>
      Promise.all([
        checkout(),
        checkout(product.sku, { "idempotency-key": "once" }),
        checkout(run.sku),
        ask("POST", `${order}/pay`, { card: "4242424242424242" }),
        ask("POST", `${order}/cancel`),
        ask("POST", "/api/lab/runs", { strategy: "unlocked", stock: 1 }),
        ask("POST", `${lab}/buyers`, { count: 2 }),
        ask("POST", "/api/lab/replays/two-readers/unlocked"),
        ask("POST", "/api/lab/replays/two-readers/serializable"),
        ask("POST", "/api/lab/matrix"),
      ]),
    read: (except: readonly string[]) =>
      Promise.all([
        ...["/api/products", `/api/products/${product.sku}`, "/api/orders", order, "/api/system"]
          .concat([`${lab}/verdict`, `${lab}/sales`, `${lab}/history`, "/api/lab/matrix"])
          .filter((path) => !except.includes(path))
          .map((path) => ask("GET", path)),
      ]),
  };
}
