import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const source = fileURLToPath(new URL("./packages/", import.meta.url));
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "last-unit", "conformance");
const NODE = "24.21.0";
const INSTALL_BOUND_MS = 300_000;

/**
 * Installs the packages under test, exactly as the lock file has them, beside a copy of their adapters. A folder is used
 * again as long as neither has changed.
 *
 * @throws Error when npm cannot install them.
 */
export function installPackages(report: (line: string) => void): Promise<string> {
  return once("packages", source, report, async (folder) => {
    await cp(source, folder, { recursive: true, filter: (path) => !path.includes("node_modules") });
    await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
  });
}

/**
 * Node.js 24 from the npm package that holds it for this platform: one file, and no install script.
 *
 * @throws Error when there is none, or it does not run here.
 */
export async function installNode24(report: (line: string) => void): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await once(`${name}-${NODE}`, undefined, report, async (made) => {
    await npm(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", made, `${name}@${NODE}`], made);
  });
  const node = join(folder, "node_modules", name, "bin/node");
  await run(node, ["--version"]);
  return node;
}

async function once(
  what: string,
  from: string | undefined,
  report: (line: string) => void,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, from ? `${what}-${await fingerprint(from)}` : what);
  if (await exists(folder)) return folder;
  report(`installing ${what} into ${folder}`);
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await make(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run may have finished it meanwhile.
    if (!(await exists(folder))) throw error;
  }
  return folder;
}

async function npm(args: string[], cwd: string): Promise<void> {
  await run("npm", args, { cwd, timeout: INSTALL_BOUND_MS, shell: process.platform === "win32" });
}

async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(folder)).filter((each) => each !== "node_modules").sort()) {
    hash.update(name).update(await readFile(join(folder, name)));
  }
  return hash.digest("hex").slice(0, 12);
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
