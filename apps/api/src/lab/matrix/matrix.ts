import type { Finding } from "./columns.ts";
import { type MeasurementOptions, matrixMeasurement } from "./measurement.ts";

export interface Matrix {
  build: string;
  measuredAt: string | null;
  measuring: boolean;
  scenarios: { name: string; title: string; question: string; replayable: boolean }[];
  strategies: string[];
  /** One for each scenario and strategy. */
  cells: ({ scenario: string; strategy: string } & Finding)[];
}

const NOT_MEASURED: Finding = { result: "not-measured", sentence: "Not measured with this version yet.", tookMs: null };

/**
 * The measured results of all strategies in all scenarios, for this version. Stored in PostgreSQL, so that all replicas
 * return the same.
 */
export function openMatrix(options: MeasurementOptions) {
  const { database, build, strategies, columns } = options;
  const measurement = matrixMeasurement(options);

  async function read(): Promise<Matrix> {
    const measuring = await measurement.isUnderWay();
    const stored = await database.matrixCell.findMany({ where: { build } });
    const found = new Map(stored.map((cell) => [`${cell.scenario} ${cell.strategy}`, cell]));
    const times = stored.map((cell) => cell.measuredAt.getTime());
    return {
      build,
      measuredAt: times.length > 0 ? new Date(Math.max(...times)).toISOString() : null,
      measuring,
      scenarios: columns.map(({ name, title, question, replayable }) => ({ name, title, question, replayable })),
      strategies: strategies.map((strategy) => strategy.name),
      cells: columns.flatMap(({ name: scenario }) =>
        strategies.map(({ name: strategy }) => {
          const { result, sentence, tookMs } = found.get(`${scenario} ${strategy}`) ?? NOT_MEASURED;
          return { scenario, strategy, result: result as Finding["result"], sentence, tookMs };
        }),
      ),
    };
  }

  return {
    read,
    async measure(): Promise<Matrix> {
      await measurement.begin();
      return read();
    },
    stop: measurement.stop,
  };
}
