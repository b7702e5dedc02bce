import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Figure } from "./bench/figure.ts";
import { markdownTable as figuresTable } from "./bench/table.ts";
import type { Conditions, StrategyResult } from "./results.ts";
import { headings, markdownTable } from "./table.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const reports = fileURLToPath(new URL("./reports", import.meta.url));
/** The reports that the README's tables are made of, kept so that anybody can look behind a figure. */
export const measured = fileURLToPath(new URL("./measured", import.meta.url));

export const usage = `Write the README's tables from measured reports.

  npm run readme -- [flags]

  --load FOLDER    a report of npm run load (default: the newest in load-tests/reports, or the one that was used last)
  --bench FOLDER   a report of npm run bench (the same)
  --help           this text`;

/** Runs as a command. Resolves to the exit code: 0, 1 (there is no such report) or 2 (a wrong flag). */
export async function main(args: string[]): Promise<number> {
  let values: { load?: string; bench?: string; help?: boolean };
  try {
    const flag = { type: "string" } as const;
    ({ values } = parseArgs({ args, options: { load: flag, bench: flag, help: { type: "boolean" } } }));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (values.help) {
    console.log(usage);
    return 0;
  }
  try {
    await keep(values.load, "results.json", "load.json");
    await keep(values.bench, "bench.json", "bench.json");
    await writeFile(join(root, "README.md"), await withTables(await readFile(join(root, "README.md"), "utf8")));
    console.log("README.md has the tables of load-tests/measured.");
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

/** Copies a report to where the README's are kept. Without a newer one, the one that is there stays. */
async function keep(folder: string | undefined, file: string, as: string): Promise<void> {
  const source = folder === undefined ? await newest(file) : join(folder, file);
  if (source === undefined) return;
  await mkdir(measured, { recursive: true });
  await copyFile(source, join(measured, as)).catch((cause) => {
    throw new Error(`${relative(process.cwd(), source)} is not a report.`, { cause });
  });
}

async function newest(file: string): Promise<string | undefined> {
  const folders = await readdir(reports, { recursive: true }).catch(() => [] as string[]);
  const found = folders.filter((path) => path.endsWith(`/${file}`)).sort();
  return found.length === 0 ? undefined : join(reports, found.at(-1) as string);
}

/** The README with its tables as the kept reports have them. */
export async function withTables(readme: string): Promise<string> {
  const load = await read<{ conditions: Conditions; results: StrategyResult[] }>("load.json");
  const bench = await read<{ conditions: { sentence: string }; figures: Figure[] }>("bench.json");
  const loadTable = `${headings(load.conditions).join(" ")}\n\n${markdownTable(load.results)}`;
  const benchTable = `${bench.conditions.sentence}\n\n${figuresTable(bench.figures)}`;
  return between(between(readme, "load", loadTable), "bench", benchTable);
}

/** @throws Error when the README has no place for it. */
export function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- measured: ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no lines ${begin} and ${end} to write between.`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

async function read<T>(file: string): Promise<T> {
  const text = await readFile(join(measured, file), "utf8").catch((cause) => {
    throw new Error(`There is no load-tests/measured/${file}; run npm run load and npm run bench first.`, { cause });
  });
  return JSON.parse(text) as T;
}
