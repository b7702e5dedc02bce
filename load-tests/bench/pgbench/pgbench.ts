import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureProgram } from "@last-unit/stack";
import type { Bench, Side } from "../figure.ts";
import { median, takeTurns } from "../rounds.ts";
import type { PgbenchScript } from "./scripts.ts";

const run = promisify(execFile);
/** A hot row is sold fastest by few clients or by many, depending on the machine. */
const CLIENTS = [1, 8, 32];

interface PgbenchResult {
  transactionsPerSecond: number;
  meanLatencyMs: number;
  failed: number;
}

export interface BesidePgbench<T> {
  ours: T[];
  /** Of each round, pgbench's best rate over its client counts. */
  best: number[];
  sides: Side[];
}

/**
 * Measures a side of ours and PostgreSQL's own benchmark in turns, in the same PostgreSQL with its durability.
 *
 * @throws Error if pgbench is not installed and cannot be unpacked.
 */
export async function besidePgbench<T>(
  bench: Bench,
  script: PgbenchScript,
  ours: () => Promise<T>,
): Promise<BesidePgbench<T>> {
  const { path } = await ensureProgram("pgbench", bench.report);
  const { url } = bench.system.file.postgres;
  const { text, remove } = await script.prepare(url);
  const folder = await mkdtemp(join(tmpdir(), "last-unit-pgbench-"));
  try {
    const file = join(folder, "script.sql");
    await writeFile(file, text);
    const sell = (clients: number) => async () => {
      const options = ["--no-vacuum", "--protocol=prepared", `--file=${file}`];
      const load = [`--client=${clients}`, `--time=${bench.secondsEach}`];
      const { stdout } = await run(path, [...options, ...load, url], { signal: bench.signal });
      return readResult(stdout);
    };
    const [own = [], ...peers] = await takeTurns<unknown>(bench, [ours, ...CLIENTS.map(sell)]);
    const results = peers as PgbenchResult[][];
    const rates = results.map((rounds) => rounds.map(({ transactionsPerSecond }) => transactionsPerSecond));
    return {
      ours: own as T[],
      best: own.map((_, round) => Math.max(...rates.map((rate) => rate[round] ?? Number.NaN))),
      sides: CLIENTS.map((clients, index) => ({
        name: script.name,
        clients,
        perSecond: rates[index] ?? [],
        errors: (results[index] ?? []).reduce((sum, { failed }) => sum + failed, 0),
        extras: { "mean ms": median((results[index] ?? []).map(({ meanLatencyMs }) => meanLatencyMs)) },
      })),
    };
  } finally {
    await remove();
    await rm(folder, { recursive: true, force: true });
  }
}

function readResult(output: string): PgbenchResult {
  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? Number.NaN);
  // Without a single transaction, it says nothing of the rate.
  const isIdle = number(/^number of transactions actually processed: (\d+)/m) === 0;
  const transactionsPerSecond = isIdle ? 0 : number(/^tps = ([\d.]+)/m);
  if (Number.isNaN(transactionsPerSecond)) throw new Error(`pgbench did not say how fast it was:\n${output}`);
  return {
    transactionsPerSecond,
    meanLatencyMs: number(/^latency average = ([\d.]+) ms/m),
    // Versions before 15 stop at the first failure instead of counting.
    failed: number(/^number of failed transactions: (\d+)/m) || 0,
  };
}
