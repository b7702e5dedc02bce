import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const NEVER = new Set(["node_modules", "dist", "generated", "test-results", "playwright-report", "e2e", "schema.d.ts"]);

/** A hash of these files and folders (relative to `root`): names and contents; what is built or installed is left out. */
export async function fingerprint(root, paths) {
  const hash = createHash("sha256").update(process.version);
  const add = async (path) => {
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => undefined);
    if (!entries) {
      hash.update(path).update(await readFile(join(root, path)).catch(() => "absent"));
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!NEVER.has(entry.name) && !entry.name.includes(".test.")) await add(join(path, entry.name));
    }
  };
  for (const path of paths) await add(path);
  return hash.digest("hex");
}

/** Where the fingerprint of a finished step is kept; it goes with `node_modules`, so a fresh install builds afresh. */
const stampPath = (root, step) => join(root, "node_modules/.cache/last-unit", step);

export const readStamp = (root, step) => readFile(stampPath(root, step), "utf8").catch(() => "");

export async function writeStamp(root, step, value) {
  await mkdir(dirname(stampPath(root, step)), { recursive: true });
  await writeFile(stampPath(root, step), value);
}
