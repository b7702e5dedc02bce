import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { markdownTable as alignedTable } from "markdown-table";
import type { Figure } from "./bench/figure.ts";
import { median } from "./bench/rounds.ts";
import { markdownTable as figuresTable, short } from "./bench/table.ts";
import { reports } from "./reports.ts";
import type { Conditions, StrategyResult } from "./results.ts";
import { headings, markdownTable, whole } from "./table.ts";

interface LoadReport {
  conditions: Conditions;
  results: StrategyResult[];
}

interface BenchReport {
  conditions: { sentence: string };
  figures: Figure[];
}

const root = fileURLToPath(new URL("..", import.meta.url));
/** The reports that the documents' tables are made of, kept so that every figure can be checked. */
export const measured = fileURLToPath(new URL("./measured", import.meta.url));

/** README.md has a few figures, the benchmarks' page has all of them. */
export const documents = ["README.md", "docs/benchmarks.md"] as const;
export type Document = (typeof documents)[number];

export const usage = `Write the figures of README.md and docs/benchmarks.md from measured reports.

  npm run readme -- [flags]

  --load FOLDER    a report of npm run load (default: the newest in .last-unit/reports, or the one that was used last)
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
    for (const document of documents) {
      const path = join(root, document);
      await writeFile(path, await withTables(await readFile(path, "utf8"), document));
    }
    console.log(`${documents.join(" and ")} have the figures of load-tests/measured.`);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

/** Copies a report into `measured`. Without a newer one, the report that is there stays. */
async function keep(folder: string | undefined, file: string, as: string): Promise<void> {
  const source = folder === undefined ? await newest(file) : join(folder, file);
  if (source === undefined) return;
  await mkdir(measured, { recursive: true });
  await copyFile(source, join(measured, as)).catch((cause) => {
    throw new Error(`${relative(process.cwd(), source)} is not a report.`, { cause });
  });
}

async function newest(file: string): Promise<string | undefined> {
  const folder = join(reports(), file === "bench.json" ? "bench" : "load");
  const found = (await readdir(folder, { recursive: true }).catch(() => [] as string[]))
    .filter((path) => path.endsWith(`/${file}`))
    .sort();
  return found.length === 0 ? undefined : join(folder, found.at(-1) as string);
}

/** The document with its figures as the kept reports have them. */
export async function withTables(text: string, document: Document): Promise<string> {
  const load = await read<LoadReport>("load.json");
  const bench = await read<BenchReport>("bench.json");
  if (document === "README.md") return between(text, "summary", summary(load, bench));
  const loadTable = `${headings(load.conditions).join(" ")}\n\n${markdownTable(load.results)}`;
  const benchTable = `${bench.conditions.sentence}\n\n${figuresTable(bench.figures)}`;
  return between(between(text, "load", loadTable), "bench", benchTable);
}

const SUMMARISED = ["unlocked", "redlock+row-lock", "group-commit"];

/** Three strategies, and by how much the fastest one leads: at most ten numbers. */
function summary({ conditions, results }: LoadReport, { figures }: BenchReport): string {
  const rows = SUMMARISED.flatMap((name) => results.filter(({ strategy }) => strategy === name)).map((result) => [
    `\`${result.strategy}\``,
    whole(result.verdict.unitsOversold),
    result.unitsPerSecond.toFixed(1),
  ]);
  const table = alignedTable([["strategy", "units oversold", "units sold/s"], ...rows], { align: ["l", "r", "r"] });
  const fastest = figures.find(({ id }) => id === "P1");
  const sentences = [
    `${whole(conditions.buyers)} buyers, ${whole(conditions.stock)} units of one product.`,
    "Units oversold counts each sale of a unit that another order already holds; units sold/s counts each unit once.",
    ...(fastest ? [`\`npm run bench\`, ${fastest.what}: ${short(median(fastest.ratios))}.`] : []),
  ];
  return `${sentences.join(" ")}\n\n${table}`;
}

/** @throws Error when the text has no place for it. */
export function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- measured: ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no lines ${begin} and ${end} to write between.`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

async function read<T>(file: string): Promise<T> {
  const text = await readFile(join(measured, file), "utf8").catch((cause) => {
    throw new Error(`There is no load-tests/measured/${file}; run npm run load and npm run bench first.`, { cause });
  });
  return JSON.parse(text) as T;
}
