import { fileURLToPath } from "node:url";
import { runInChild } from "../child.ts";
import type { Bench, Build, Side } from "../figure.ts";
import { offer, withDatabase } from "../products.ts";
import { median } from "../rounds.ts";
import { EDITION } from "../shelf.ts";

export interface SalesTask {
  /** The checkout whose modules are loaded. */
  root: string;
  databaseUrl: string;
  redisUrls: string[];
  strategy: string;
  sku: string;
  /** How many buy at the same time, each one unit after the other. */
  buyers: number;
  seconds: number;
}

export interface Sales {
  perSecond: number;
  latencyMs: { p50: number; p99: number };
  /** Orders that were answered from the first to the last moment, the warm-up's too. */
  reserved: number;
  failed: number;
}

const worker = fileURLToPath(new URL("./worker.ts", import.meta.url));

/**
 * One round of sales of one product in a process of its own, without HTTP.
 *
 * @throws Error when the ledger and the answers disagree.
 */
export async function sellInProcess(
  { system, secondsEach, signal }: Bench,
  { root, databaseUrl }: Build,
  { strategy, buyers }: { strategy: string; buyers: number },
): Promise<Sales> {
  const [sku = ""] = await offer(databaseUrl, 1, EDITION);
  const redisUrls = system.file.redis.map(({ url }) => url);
  const task = { root, databaseUrl, redisUrls, strategy, sku, buyers, seconds: secondsEach };
  const sales = await runInChild<SalesTask, Sales>(worker, task, signal, { cwd: root });
  await mustAgree(databaseUrl, sku, sales.reserved);
  return sales;
}

export const sideOfSales = (name: string, clients: number, rounds: readonly Sales[]): Side => ({
  name,
  clients,
  perSecond: rounds.map(({ perSecond }) => perSecond),
  latencyMs: {
    p50: median(rounds.map(({ latencyMs }) => latencyMs.p50)),
    p99: median(rounds.map(({ latencyMs }) => latencyMs.p99)),
  },
  errors: rounds.reduce((sum, { failed }) => sum + failed, 0),
  unitsSold: rounds.reduce((sum, { reserved }) => sum + reserved, 0),
});

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
