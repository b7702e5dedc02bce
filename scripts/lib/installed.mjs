import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Whether `node_modules` is what `package-lock.json` asks for. npm writes down what it installed; the two are compared
 * by content, because file times say nothing after a checkout or a copy.
 */
export async function isInstalled(root) {
  try {
    const [wanted, installed] = await Promise.all(
      ["package-lock.json", "node_modules/.package-lock.json"].map(async (path) =>
        Object.entries(JSON.parse(await readFile(join(root, path), "utf8")).packages),
      ),
    );
    const versions = new Map(installed.map(([path, { version }]) => [path, version]));
    return wanted.every(([path, { version, optional, peer, link }]) => {
      if (!path.includes("node_modules/") || link) return true;
      // Optional packages are those of other platforms; peers of the optional may be left out as well.
      return versions.has(path) ? versions.get(path) === version : Boolean(optional || peer);
    });
  } catch {
    return false;
  }
}
