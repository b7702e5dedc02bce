import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Database } from "../../db/client.ts";
import { isLed, tryToLead } from "../../db/leader.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import { sideBySide } from "../../side-by-side.ts";
import type { Column, Finding } from "./columns.ts";

/** Identifies the running version: a hash of this module's file, which contains all code of a bundle. */
export const build = createHash("sha256")
  .update(readFileSync(new URL(import.meta.url)))
  .digest("hex")
  .slice(0, 12);

/** The name of the leadership that a measuring replica holds. */
export const MEASUREMENT = "matrix";
const CELLS_AT_ONCE = 3;
const OTHER_BUILDS_KEPT_DAYS = 7;

export interface MeasurementOptions {
  database: Database;
  build: string;
  strategies: readonly Strategy[];
  columns: readonly Column[];
  onError(error: unknown): void;
}

/**
 * Measures the matrix, at most once at a time in the whole system. If the measuring replica dies, its leadership expires
 * and the next request starts a new measurement.
 */
export function matrixMeasurement({ database, build, strategies, columns, onError }: MeasurementOptions) {
  const stopping = new AbortController();
  let underWay: Promise<void> = Promise.resolve();

  return {
    /**
     * Starts a measurement, unless a replica is measuring. Resolves when this is decided, not when the measurement
     * ends.
     */
    async begin(): Promise<void> {
      if (stopping.signal.aborted) return;
      const leadership = await tryToLead(database, MEASUREMENT);
      if (!leadership) return;
      const interrupted = AbortSignal.any([stopping.signal, leadership.lost]);
      underWay = measureAll(interrupted)
        .finally(() => leadership.resign())
        .catch(onError);
    },
    /** Whether any replica is measuring. */
    isUnderWay: () => isLed(database, MEASUREMENT),
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
    // New replicas are slow until their code is compiled and their connections are open. A warm-up keeps that out of
    // the figures.
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
    await sideBySide(cells, atOnce, async ({ column, strategy }) => {
      if (interrupted.aborted) return;
      const finding = await measure(column, strategy);
      const key = { build, scenario: column.name, strategy: strategy.name };
      const data = { ...finding, measuredAt: new Date() };
      await database.matrixCell.upsert({
        where: { build_scenario_strategy: key },
        create: { ...key, ...data },
        update: data,
      });
    });
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
