import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { newReport } from "../reports.ts";
import type { Bench, Figure } from "./figure.ts";
import { withDatabase } from "./products.ts";
import { markdownTable } from "./table.ts";

export interface Conditions {
  startedAt: string;
  node: string;
  cores: number;
  /** The other commit, if there was one. */
  against?: string;
  sentence: string;
}

export interface LeftOut {
  ids: readonly string[];
  reason: string;
}

export async function describe({ system, rounds, secondsEach, otherBuild }: Bench): Promise<Conditions> {
  const [version, fsync, synchronous] = await withDatabase(system.file.postgres.url, async (client) => {
    const { rows } = await client.query<Record<string, string>>(
      `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
              current_setting('synchronous_commit') AS synchronous`,
    );
    return [rows[0]?.version, rows[0]?.fsync, rows[0]?.synchronous];
  });
  const cores = availableParallelism();
  const against = otherBuild?.name;
  return {
    startedAt: new Date().toISOString(),
    node: process.version,
    cores,
    against,
    sentence:
      `${rounds} rounds of ${secondsEach} s a side, the sides in turns${against ? `, against commit ${against}` : ""}; ` +
      `PostgreSQL ${version}, fsync ${fsync}, synchronous_commit ${synchronous}; ` +
      `Node ${process.version}; ${cores} cores, shared by the system and what loads it.`,
  };
}

/** Resolves to the folder of the report. A part of the table has another name, so that no document takes it for the whole. */
export async function write(
  result: { conditions: Conditions; figures: Figure[]; leftOut: LeftOut[] },
  { isPart }: { isPart: boolean },
): Promise<string> {
  const folder = newReport(isPart ? "bench-part" : "bench", result.conditions.startedAt);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "bench.json"), JSON.stringify(result, null, 2));
  await writeFile(join(folder, "table.md"), `${result.conditions.sentence}\n\n${markdownTable(result.figures)}\n`);
  return folder;
}
