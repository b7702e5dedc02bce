import { execFile } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The folder of this checkout. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface Clone {
  /** The full hash. */
  commit: string;
  folder: string;
  remove(): Promise<void>;
}

/**
 * Checks a commit out into a temporary folder.
 *
 * @throws Error if there is no such commit.
 */
export async function cloneCommit(ref: string, { signal }: { signal: AbortSignal }): Promise<Clone> {
  const commit = await resolveCommit(ref);
  const folder = await mkdtemp(join(tmpdir(), "last-unit-build-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await run("git", ["clone", "--quiet", "--shared", "--no-checkout", root, folder], { signal });
    await run("git", ["-C", folder, "checkout", "--quiet", "--detach", commit], { signal });
    return { commit, folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

export async function resolveCommit(ref: string): Promise<string> {
  // After `--end-of-options`, a ref that begins with a dash is no flag.
  const args = ["-C", root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  const { stdout } = await run("git", args).catch((cause) => {
    throw new Error(`This repository has no commit ${JSON.stringify(ref)}.`, { cause });
  });
  return stdout.trim();
}

/** Links our packages into a clone with the same lock file; installs those of another one. */
export async function installPackages(folder: string, { signal }: { signal: AbortSignal }): Promise<void> {
  if (await hasSamePackages(folder)) await linkPackages(folder);
  else
    await run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder, signal });
}

async function hasSamePackages(folder: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all(
    [root, folder].map((path) => readFile(join(path, "package-lock.json"), "utf8")),
  );
  return ours === theirs;
}

/** Hard links need neither time nor space. The caches are left out, because programs write to them in place. */
async function linkPackages(folder: string): Promise<void> {
  const workspaces = ["load-tests", "prisma", ...(await readdir(join(root, "apps"))).map((name) => join("apps", name))];
  for (const workspace of [".", ...workspaces]) {
    const packages = join(workspace, "node_modules");
    const isThere = await access(join(root, packages)).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    await run("cp", ["-RPl", join(root, packages), dirname(join(folder, packages))]);
    await rm(join(folder, packages, ".cache"), { recursive: true, force: true });
  }
}
