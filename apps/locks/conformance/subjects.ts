import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadAdapters } from "./load-adapter.ts";

/** One adapter with what the report says of its package. */
export interface Subject {
  name: string;
  file: string;
  /** What is tested, with its version: `redlock 4.2.0`. */
  title: string;
  /** The lowest major version of Node.js that the package wants. */
  leastNode: number;
  /** Lines of the package's README on restarts, persistence and fsync. */
  readmeLines?: readonly number[];
}

const here = fileURLToPath(new URL(".", import.meta.url));

/** The adapters of this folder, in the order of the report. Those of packages are found in the folder they are installed in. */
export const builtIn = {
  packages: [
    ["redlock-4", "redlock-4"],
    ["redlock-5", "redlock-5"],
    ["redlock-temp-fix", "redlock-temp-fix"],
    ["sesamecare-redlock", "@sesamecare-oss/redlock"],
    ["redlock-universal", "redlock-universal"],
    ["redis-semaphore", "redis-semaphore"],
    ["redlock-async", "redlock-async"],
  ],
  own: [
    ["redlock-guarded", "@last-unit/locks, redlock (the package with our additions)"],
    ["quorum", "@last-unit/locks, quorum"],
    ["set-nx", "SET NX on one node"],
  ],
} as const;

export const builtInNames = [...builtIn.packages, ...builtIn.own].map(([name]) => name);

export const ownSubjects: readonly Subject[] = builtIn.own.map(([name, title]) => ({
  name,
  title,
  file: join(here, "adapters", `${name}.ts`),
  leastNode: 0,
}));

/** The npm packages, from the folder that they are installed in. */
export function packageSubjects(folder: string): Promise<Subject[]> {
  return Promise.all(
    builtIn.packages.map(async ([name, id]) => {
      const about = await aboutPackage(join(folder, "node_modules", id));
      return { name, file: join(folder, `${name}.mjs`), ...about };
    }),
  );
}

/** The adapters of a file from elsewhere. @throws Error that says what is wrong with it. */
export async function subjectsOf(file: string): Promise<Subject[]> {
  const adapters = await loadAdapters(file);
  return Promise.all(
    adapters.map(async ({ name, package: id }) => {
      const folder = id && (await findPackage(dirname(file), id));
      const about = folder ? await aboutPackage(folder) : { title: name, leastNode: 0 };
      return { name, file, ...about };
    }),
  );
}

async function aboutPackage(folder: string): Promise<Pick<Subject, "title" | "leastNode" | "readmeLines">> {
  const { name, version, engines } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const [, leastNode = 0] = /(\d+)/.exec(engines?.node ?? "") ?? [];
  const readme = await readFile(join(folder, "README.md"), "utf8").catch(() => "");
  const readmeLines = readme.split("\n").flatMap((line, index) => (ADVICE.test(line) ? [index + 1] : []));
  return { title: `${name} ${version.replace(/^v/, "")}`, leastNode: Number(leastNode), readmeLines };
}

const ADVICE = /appendfsync|fsync|\bAOF\b|delayed restart|redis restart|crash/i;

async function findPackage(from: string, id: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", id);
    const isThere = await readFile(join(candidate, "package.json")).then(
      () => true,
      () => false,
    );
    if (isThere) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}
