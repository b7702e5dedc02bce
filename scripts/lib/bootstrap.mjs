// Brings a fresh clone to the point where its TypeScript can run. Plain JavaScript without dependencies: it has to work
// before anything is installed.
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { isInstalled } from "./installed.mjs";
import { withLock } from "./lock.mjs";
import { BootstrapError, runStep } from "./run-step.mjs";

export { BootstrapError, runStep };

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const startedAt = Date.now();
/** One line for the terminal, with the seconds since the command began; not for programs that read the output. */
const say = (line) => console.error(`${`${((Date.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8)}  ${line}`);

/**
 * Checks Node, installs the npm packages where they are absent or not those of the lockfile, generates the Prisma client,
 * and builds what is asked for.
 *
 * @param {{ build: ("api" | "storefront")[] }} options
 * @throws {BootstrapError} with a sentence that names the remedy.
 */
export async function prepare({ build: wanted }) {
  checkNode();
  await withLock(root, say, async () => {
    if (!(await isInstalled(root))) {
      await runStep("installing the npm packages", ["npm", ["ci", "--no-audit", "--no-fund"], { cwd: root }], say);
    }
    await build(root, ["prisma-client", ...wanted], say);
  });
}

let isRegistered = false;

/** Imports a TypeScript module of this clone (a path relative to its root) into this very process. After `prepare`. */
export async function loadTypeScript(path) {
  if (!isRegistered) {
    const { register } = await import("tsx/esm/api");
    register();
    isRegistered = true;
  }
  return import(pathToFileURL(resolve(root, path)).href);
}

/** The same range as `engines` in package.json. */
function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const isEnough = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  if (!isEnough) {
    throw new BootstrapError(
      `Node.js ${process.versions.node} cannot run Last Unit: it needs 20.19 or newer of 20, 22.12 or newer of 22, or 24. ` +
        "Install one from https://nodejs.org, or type: nvm install",
    );
  }
}
