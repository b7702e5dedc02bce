// Mutants: errors in a strategy or in the write path, as patches on the shop's real files. The exploration of the scenario
// that is named in the patch's first line must find each. Plain JavaScript, because `npm run check` uses it as well.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../../..");
const patches = join(here, "mutants");

/** `STRATEGY, SCENARIO: what is wrong.`, or with the fault that shows it: `STRATEGY, SCENARIO, FAULT: what is wrong.` */
const HEADING = /^([\w+-]+), ([\w-]+)(?:, ([\w-]+))?: (.+\.)$/;

/** @typedef {{ name: string, path: string, strategy: string, scenario: string, faults?: string, about: string }} Mutant */

/** @returns {Promise<Mutant[]>} by name. @throws Error when a patch has another first line. */
export async function readMutants() {
  const names = (await readdir(patches)).filter((name) => name.endsWith(".patch")).sort();
  return Promise.all(
    names.map(async (file) => {
      const path = join(patches, file);
      const [heading = ""] = (await readFile(path, "utf8")).split("\n", 1);
      const [, strategy, scenario, faults, about] = HEADING.exec(heading) ?? [];
      if (!about) throw new Error(`${file}: the first line is not "STRATEGY, SCENARIO[, FAULT]: what is wrong."`);
      return { name: basename(file, ".patch"), path, strategy, scenario, faults, about };
    }),
  );
}

/**
 * @param {Mutant} mutant
 * @returns {Promise<string | undefined>} why the patch does not apply to the shop's files
 */
export const whyNotApplied = ({ path }) =>
  run("git", ["apply", "--check", path], { cwd: root }).then(
    () => undefined,
    (error) => error.stderr?.trim() || error.message,
  );

/**
 * Applies the patch to a copy of the API and of the locks, and builds the explorer's program from it.
 *
 * @param {Mutant} mutant
 * @returns {Promise<{ program: string, remove(): Promise<void> }>}
 */
export async function buildMutant({ name, path }) {
  const { build } = await import("esbuild");
  const { packagesStayOutside } = await import("../../build.mjs");
  // Below the root, so that the program finds the packages.
  const dist = join(root, "apps/api/dist");
  await mkdir(dist, { recursive: true });
  const copy = await mkdtemp(join(dist, `mutant-${name}-`));
  const remove = () => rm(copy, { recursive: true, force: true });
  try {
    for (const part of ["apps/api/src", "apps/locks/src", "apps/locks/package.json"]) {
      await cp(join(root, part), join(copy, part), { recursive: true });
    }
    await mkdir(join(copy, "node_modules/@last-unit"), { recursive: true });
    await symlink(join(copy, "apps/locks"), join(copy, "node_modules/@last-unit/locks"));
    // Without the ceiling git would take the copy for a folder of the repository, and skip the patch silently.
    await run("git", ["apply", path], { cwd: copy, env: { ...process.env, GIT_CEILING_DIRECTORIES: dist } });
    const program = join(copy, "explore.mjs");
    await build({
      entryPoints: [join(copy, "apps/api/src/lab/explore/main.ts")],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      sourcemap: "inline",
      plugins: [packagesStayOutside],
    });
    return { program, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** `npm run check` runs this file: it fails when a patch does not apply any more. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mutants = await readMutants();
  const reasons = await Promise.all(mutants.map(whyNotApplied));
  for (const [index, reason] of reasons.entries()) if (reason) console.error(`${mutants[index].name}: ${reason}`);
  process.exitCode = reasons.some(Boolean) ? 1 : 0;
}
