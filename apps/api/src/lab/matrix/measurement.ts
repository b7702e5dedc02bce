import pg from "pg";
import type { Database } from "../../database.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import type { Column, Finding } from "./column.ts";

/** Any constant: it names the one seat that all replicas compete for. */
const MEASURER_SEAT = 7_215_002;
const CELLS_AT_ONCE = 3;
const OTHER_BUILDS_KEPT_DAYS = 7;

export interface MeasurementOptions {
  database: Database;
  databaseUrl: string;
  build: string;
  strategies: readonly Strategy[];
  columns: readonly Column[];
  onError(error: unknown): void;
}

/**
 * Fills the matrix, one measurement at a time in the whole installation. The seat is a session-level advisory lock:
 * PostgreSQL frees it the moment that the measuring replica or its connection dies, and whoever asks next begins anew.
 */
export function matrixMeasurement({ database, databaseUrl, build, strategies, columns, onError }: MeasurementOptions) {
  const stopping = new AbortController();
  let underWay: Promise<void> = Promise.resolve();

  return {
    /** Begins, unless one is under way somewhere; resolves as soon as that is settled. */
    async begin(): Promise<void> {
      if (stopping.signal.aborted) return;
      const seat = await takeSeat(databaseUrl);
      if (!seat) return;
      const interrupted = AbortSignal.any([stopping.signal, seat.lost]);
      underWay = measureAll(interrupted)
        .catch(onError)
        .finally(() => seat.leave());
    },
    /** Whether one is under way at any replica. */
    async isUnderWay(): Promise<boolean> {
      const seats = await database.$queryRaw<unknown[]>`
        SELECT 1 FROM pg_locks
         WHERE locktype = 'advisory' AND classid = 0 AND objid = ${MEASURER_SEAT} AND granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      return seats.length > 0;
    },
    async stop(): Promise<void> {
      stopping.abort();
      await underWay;
    },
  };

  async function measureAll(interrupted: AbortSignal): Promise<void> {
    await database.matrixCell.deleteMany({ where: { build } });
    await database.$executeRaw`
      DELETE FROM matrix_cells WHERE measured_at < now() - ${OTHER_BUILDS_KEPT_DAYS} * interval '1 day'`;
    const timed = columns.filter((column) => column.timed);
    const [warmUp] = strategies.filter((strategy) => strategy.safe);
    // Fresh replicas are slow until their code is compiled and their connections are open; nobody's figure shall pay for it.
    for (const column of timed) if (warmUp) await column.measure(warmUp);
    await fill(timed, 1, interrupted);
    await fill(
      columns.filter((column) => !column.timed),
      CELLS_AT_ONCE,
      interrupted,
    );
  }

  async function fill(some: readonly Column[], atOnce: number, interrupted: AbortSignal): Promise<void> {
    const cells = some.flatMap((column) => strategies.map((strategy) => ({ column, strategy })));
    const work = async () => {
      for (let cell = cells.shift(); cell && !interrupted.aborted; cell = cells.shift()) {
        const { column, strategy } = cell;
        const finding = await measure(column, strategy);
        const key = { build, scenario: column.name, strategy: strategy.name };
        const data = { ...finding, measuredAt: new Date() };
        await database.matrixCell.upsert({
          where: { build_scenario_strategy: key },
          create: { ...key, ...data },
          update: data,
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  async function measure(column: Column, strategy: Strategy): Promise<Finding> {
    const state = await strategy.availability();
    if (!state.available) return { result: "unavailable", sentence: state.reason, tookMs: null };
    try {
      return await column.measure(strategy);
    } catch (error) {
      onError(error);
      const why = error instanceof Error ? error.message : String(error);
      return { result: "not-measured", sentence: `It could not be measured: ${why}`, tookMs: null };
    }
  }
}

/** @returns undefined when somebody else has it. */
async function takeSeat(connectionString: string): Promise<{ lost: AbortSignal; leave(): Promise<void> } | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, keepAlive: true });
  const lost = new AbortController();
  client.on("error", () => lost.abort());
  await client.connect();
  const leave = () => client.end().catch(() => {});
  try {
    const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS seated", [MEASURER_SEAT]);
    if (rows[0].seated) return { lost: lost.signal, leave };
  } catch (error) {
    await leave();
    throw error;
  }
  await leave();
  return undefined;
}
