import { fileURLToPath } from "node:url";
import { runInChild } from "./child.ts";
import type { Bench, Figure, Measure } from "./figure.ts";
import { openPgbench, type PgbenchResult } from "./pgbench.ts";
import { offer, withDatabase } from "./products.ts";
import { median, ratiosOf, takeTurns } from "./rounds.ts";

/** As many as a line takes: what a crowd is settled with, not what one buyer waits. */
const BUYERS = 2_000;
const PGBENCH_CLIENTS = [1, 8, 32];
const EDITION = 100_000_000;

export interface SettlingTask {
  databaseUrl: string;
  redisUrls: string[];
  sku: string;
  /** How many buy at the same time, each one unit after the other. */
  buyers: number;
  seconds: number;
}

export interface Settling {
  perSecond: number;
  latencyMs: { p50: number; p99: number };
  /** Orders that were answered from the first to the last moment, the warm-up's too. */
  reserved: number;
  failed: number;
}

const worker = fileURLToPath(new URL("./settling-worker.ts", import.meta.url));

/** P4: one hot row without HTTP, against what PostgreSQL does by itself. */
export const measureSettling: Measure = async (bench) => {
  const pgbench = await openPgbench(bench);
  try {
    const sides = PGBENCH_CLIENTS.map((clients) => () => pgbench.sell(clients));
    const results = await takeTurns<Settling | PgbenchResult>(bench, [() => settleOnce(bench), ...sides]);
    return figureOf(results[0] as Settling[], results.slice(1) as PgbenchResult[][]);
  } finally {
    await pgbench.remove();
  }
};

/** One round of ours, on a product of its own. @throws Error when the ledger and the answers disagree. */
async function settleOnce({ system, secondsEach, signal }: Bench): Promise<Settling> {
  const { postgres, redis } = system.file;
  const [sku = ""] = await offer(postgres.url, 1, EDITION);
  const redisUrls = redis.map(({ url }) => url);
  const task = { databaseUrl: postgres.url, redisUrls, sku, buyers: BUYERS, seconds: secondsEach };
  const settling = await runInChild<SettlingTask, Settling>(worker, task, signal);
  await mustAgree(postgres.url, sku, settling.reserved);
  return settling;
}

async function mustAgree(databaseUrl: string, sku: string, reserved: number): Promise<void> {
  const { rows } = await withDatabase(databaseUrl, (client) =>
    client.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM stock_movements WHERE sku = $1) AS movements,
              (SELECT -sum(delta)::int FROM stock_movements WHERE sku = $1) AS units,
              (SELECT count(DISTINCT number)::int
                 FROM stock_movements, unnest(unit_numbers) AS number WHERE sku = $1) AS numbers,
              (SELECT count(*)::int FROM orders JOIN order_lines ON order_id = id WHERE sku = $1) AS orders,
              (SELECT edition - stock FROM stock WHERE sku = $1) AS taken`,
      [sku],
    ),
  );
  const counted = Object.entries(rows[0] ?? {});
  const wrong = counted.filter(([, count]) => count !== reserved).map(([what, count]) => `${count} ${what}`);
  if (counted.length === 0 || wrong.length > 0) {
    throw new Error(`${reserved} units were sold, but the database has ${wrong.join(", ")}.`);
  }
}

function figureOf(ours: readonly Settling[], peers: readonly PgbenchResult[][]): Figure {
  const rates = peers.map((rounds) => rounds.map(({ transactionsPerSecond }) => transactionsPerSecond));
  const best = ours.map((_, round) => Math.max(...rates.map((rate) => rate[round] ?? Number.NaN)));
  const units = ours.map(({ perSecond }) => perSecond);
  return {
    id: "P4",
    what: "units/s settled on one row inside the process under group-commit ÷ pgbench's best rate on one hot row",
    goal: { atLeast: 30 },
    ratios: ratiosOf(units, best),
    sides: [
      {
        name: "group-commit, no HTTP",
        clients: BUYERS,
        perSecond: units,
        latencyMs: {
          p50: median(ours.map(({ latencyMs }) => latencyMs.p50)),
          p99: median(ours.map(({ latencyMs }) => latencyMs.p99)),
        },
        errors: ours.reduce((sum, { failed }) => sum + failed, 0),
        unitsSold: ours.reduce((sum, { reserved }) => sum + reserved, 0),
      },
      ...PGBENCH_CLIENTS.map((clients, index) => ({
        name: "pgbench, UPDATE + INSERT",
        clients,
        perSecond: rates[index] ?? [],
        errors: (peers[index] ?? []).reduce((sum, { failed }) => sum + failed, 0),
        extras: { "mean ms": median((peers[index] ?? []).map(({ meanLatencyMs }) => meanLatencyMs)) },
      })),
    ],
    notes: [
      "Ours writes an order, its line and its movement for each unit; pgbench an order in a table with no index but its key. The best of its three crowds counts in each round.",
    ],
  };
}
