import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureProgram } from "@last-unit/stack";
import type { Bench } from "./figure.ts";
import { withDatabase } from "./products.ts";

const run = promisify(execFile);

export interface PgbenchResult {
  transactionsPerSecond: number;
  meanLatencyMs: number;
  failed: number;
}

export interface Pgbench {
  /** Sells one unit of the hot row in each transaction, for as long as the bench measures a side. */
  sell(clients: number): Promise<PgbenchResult>;
  remove(): Promise<void>;
}

/** A hot row and its orders in a schema of their own, for pgbench; with a primary key each, and the server's own durability. */
export async function openPgbench(bench: Bench): Promise<Pgbench> {
  const { path } = await ensureProgram("pgbench", bench.report);
  const { url } = bench.system.file.postgres;
  const schema = `pgbench_${randomUUID().slice(0, 8)}`;
  const folder = await mkdtemp(join(tmpdir(), "last-unit-pgbench-"));
  const script = join(folder, "hot-row.sql");
  await writeFile(script, hotRowSale(schema));
  await withDatabase(url, (client) => client.query(tables(schema)));
  return {
    async sell(clients) {
      const options = ["--no-vacuum", "--protocol=prepared", `--file=${script}`];
      const load = [`--client=${clients}`, `--time=${bench.secondsEach}`];
      const { stdout } = await run(path, [...options, ...load, url], { signal: bench.signal });
      return readResult(stdout);
    },
    async remove() {
      await withDatabase(url, (client) => client.query(`DROP SCHEMA ${schema} CASCADE`));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const tables = (schema: string) => `
  CREATE SCHEMA ${schema};
  CREATE TABLE ${schema}.stock (sku text PRIMARY KEY, stock int NOT NULL);
  INSERT INTO ${schema}.stock VALUES ('hot', 100000000);
  CREATE TABLE ${schema}.orders
    (id bigserial PRIMARY KEY, sku text NOT NULL, buyer int NOT NULL, at timestamptz NOT NULL DEFAULT now());`;

const hotRowSale = (schema: string) => `
\\set buyer random(1, 1000000000)
BEGIN;
UPDATE ${schema}.stock SET stock = stock - 1 WHERE sku = 'hot' AND stock >= 1;
INSERT INTO ${schema}.orders (sku, buyer) VALUES ('hot', :buyer);
COMMIT;
`;

function readResult(output: string): PgbenchResult {
  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? Number.NaN);
  const transactionsPerSecond = number(/^tps = ([\d.]+)/m);
  if (!(transactionsPerSecond > 0)) throw new Error(`pgbench did not say how fast it was:\n${output}`);
  return {
    transactionsPerSecond,
    meanLatencyMs: number(/^latency average = ([\d.]+) ms/m),
    // Versions before 15 stop at the first failure instead of counting.
    failed: number(/^number of failed transactions: (\d+)/m) || 0,
  };
}
