import { readFileSync } from "node:fs";
import type { About } from "@last-unit/locks";
import { Redis } from "ioredis";
import type { Database } from "../db/client.ts";
import { openStrategies } from "./registry.ts";
import type { StockWrite } from "./strategy.ts";
import { type CatalogueEntry, strategyCatalogue } from "./strategy-catalogue.ts";
import { advisoryLock } from "./writes/advisory-lock.ts";
import { conditionalUpdate } from "./writes/conditional-update.ts";
import { fenced } from "./writes/fenced.ts";
import { optimisticVersion } from "./writes/optimistic-version.ts";
import { readCheckWrite } from "./writes/read-check-write.ts";
import { rowLock } from "./writes/row-lock.ts";
import { serializable } from "./writes/serializable.ts";

const root = new URL("../../../../", import.meta.url);
const inventory = "apps/api/src/inventory";
const locks = "apps/locks/src";

/** The source of a guard or a write. The page quotes the regions called `excerpt` of these files. */
interface Part {
  file: string;
  excerptsFrom?: readonly string[];
}

type Guard = Exclude<CatalogueEntry["guard"], "none">;

const guardParts: Record<Guard, Part> = {
  "set-nx-naive": { file: `${locks}/redis/set-nx-naive.ts` },
  "set-nx": { file: `${locks}/redis/set-nx.ts` },
  redlock: { file: `${locks}/redlock/redlock.ts` },
  quorum: { file: `${locks}/redlock/quorum.ts` },
  zookeeper: { file: `${locks}/zookeeper/zookeeper.ts` },
  "dynamodb-lease": { file: `${locks}/dynamodb/lease.ts`, excerptsFrom: [`${locks}/dynamodb/table.ts`] },
};

const writeParts: Record<CatalogueEntry["write"], Part & { write: StockWrite }> = {
  "read-check-write": {
    write: readCheckWrite,
    file: `${inventory}/writes/read-check-write.ts`,
    excerptsFrom: [`${inventory}/writes/read-stock.ts`, `${inventory}/writes/overwrite.ts`],
  },
  "row-lock": { write: rowLock, file: `${inventory}/writes/row-lock.ts` },
  "advisory-lock": { write: advisoryLock, file: `${inventory}/writes/advisory-lock.ts` },
  "optimistic-version": { write: optimisticVersion, file: `${inventory}/writes/optimistic-version.ts` },
  serializable: {
    write: serializable,
    file: `${inventory}/writes/serializable.ts`,
    excerptsFrom: ["apps/api/src/db/transaction.ts"],
  },
  "conditional-update": { write: conditionalUpdate, file: `${inventory}/writes/conditional-update.ts` },
  fenced: { write: fenced, file: `${inventory}/writes/fenced.ts` },
};

/** Generates docs/strategies.md from the texts that the lab shows and from the source code. */
export function strategiesPage(): string {
  const about = aboutStrategies();
  // Combined with read-check-write, which protects nothing, a strategy's texts are those of its guard.
  const guardAbout = (guard: Guard) =>
    about(strategyCatalogue.find((entry) => entry.guard === guard && entry.write === "read-check-write")?.name ?? "");
  return [
    "# Strategies",
    "",
    "`npm run docs` writes this page from the sources; don't edit it by hand.",
    "",
    "A strategy combines a **guard**, which is a lock outside the database, with a **write**, which is a way of changing the stock row in PostgreSQL. A strategy is called safe if concurrent buyers never get the same unit, as long as every holder finishes before its lease expires. `set-nx-naive` is not called safe although this holds for it: its holder never extends or checks its lease, so a slow holder is enough to sell a unit twice. What happens otherwise is measured in the lab, at `/lab/strategies`.",
    "",
    ...table([
      ["strategy", "guard", "write", "safe", "what it teaches"],
      ...strategyCatalogue.map(({ name, guard, write, safe, teaches }) => [
        `[\`${name}\`](#${anchor(name)})`,
        link(guard, "guard"),
        link(write, "write"),
        safe ? "yes" : "**no**",
        teaches,
      ]),
    ]),
    "",
    "Test one strategy alone: `npm run test:strategy -- row-lock`. Compare some under load: `npm run load -- --strategies row-lock,unlocked`.",
    "",
    "## Writes",
    ...Object.entries(writeParts).flatMap(([name, { write, ...part }]) => section(`Write: ${name}`, write.about, part)),
    "",
    "## Guards",
    ...(Object.entries(guardParts) as [Guard, Part][]).flatMap(([name, part]) =>
      section(`Guard: ${name}`, guardAbout(name), part),
    ),
    "",
    "## Each strategy",
    ...strategyCatalogue.flatMap((entry) => [
      "",
      `### ${entry.name}`,
      "",
      ...difference(entry, about(entry.name)),
      "",
      `Test it alone: \`npm run test:strategy -- ${entry.name}\``,
    ]),
    "",
  ].join("\n");
}

/** What the sections about the guard and the write do not say. */
function difference({ name, guard, write, safe }: CatalogueEntry, about: About): string[] {
  if (name === "group-commit") return [...texts(about), "", source({ file: `${inventory}/group-commit.ts` })];
  if (guard === "none") return [`The write ${link(write, "write")} and nothing else.`];
  const parts = `The guard ${link(guard, "guard")} in front of the write ${link(write, "write")}.`;
  if (write === "read-check-write") {
    return [
      safe
        ? `${parts} The guard alone keeps buyers apart.`
        : `${parts} The guard serializes buyers only while every holder finishes within the TTL.`,
    ];
  }
  return [`${parts} ${about.guarantee.split(". ").at(-1)} ${about.failureMode.split(". ")[0]}.`];
}

const section = (title: string, about: About, part: Part) => [
  "",
  `### ${title}`,
  "",
  ...texts(about),
  "",
  source(part),
  ...(part.excerptsFrom ?? [part.file]).flatMap(excerpts),
];

const texts = (about: About) => [
  `- **Idea.** ${about.idea}`,
  `- **Guarantee.** ${about.guarantee}`,
  `- **How it fails.** ${about.failureMode}`,
  `- **Cost.** ${about.cost}`,
];

const source = ({ file }: Part) => `Source: [\`${file}\`](../${file})`;

/** @throws Error when the file has no region called `excerpt`. */
function excerpts(file: string): string[] {
  const text = readFileSync(new URL(file, root), "utf8");
  const found = [...text.matchAll(/^ *\/\/ #region excerpt\n(.*?)^ *\/\/ #endregion$/gms)];
  if (found.length === 0) throw new Error(`${file} has no region called "excerpt".`);
  return found.flatMap(([, code = ""]) => {
    const lines = code.trimEnd().split("\n");
    const indent = Math.min(...lines.filter(Boolean).map((line) => line.search(/\S/)));
    return ["", "```ts", ...lines.map((line) => line.slice(indent)), "```"];
  });
}

/** A Markdown table whose columns are aligned, as the formatter wants it; the first row is its head. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)];
}

const anchor = (name: string) => name.replaceAll("+", "");
const link = (name: string, kind: "guard" | "write") => (name === "none" ? "none" : `[${name}](#${kind}-${name})`);

function aboutStrategies(): (name: string) => About {
  // No connection is opened, because describing a strategy sends no command.
  const strategies: Record<string, { about: About }> = openStrategies({
    database: {} as Database,
    lockNodes: Array.from({ length: 5 }, () => new Redis({ lazyConnect: true })),
    settings: { lockTtlMs: 1, lockWaitMs: 1 },
  });
  return (name) => {
    const strategy = strategies[name];
    if (!strategy) throw new Error(`There is no strategy called ${name}.`);
    return strategy.about;
  };
}
