import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StackError } from "./stack-error.ts";

/** Creates the folders of a home. Only its owner may read it, because it contains the database and its password. */
export async function prepareHome(home: string): Promise<void> {
  try {
    await mkdir(join(home, "logs"), { recursive: true, mode: 0o700 });
    await mkdir(join(home, "data"), { recursive: true, mode: 0o700 });
    for (const folder of [home, join(home, "logs"), join(home, "data")])
      await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StackError(
      `The folder ${home} cannot be used (${(error as Error).message}). Name one that you may write to with LAST_UNIT_HOME.`,
      { cause: error },
    );
  }
}

/** What `npm run load` and `npm run bench` measured, a folder each. */
export const reportsFolder = (home: string) => join(home, "reports");

export const logFile = (home: string, service: string) => join(home, "logs", `${service}.log`);

/**
 * Reads a secret of this home, or generates it at the first start, so that cookies and the database stay valid after a
 * restart.
 */
export async function readOrMakeSecret(home: string, name: string): Promise<string> {
  const path = join(home, name);
  try {
    const secret = (await readFile(path, "utf8")).trim();
    if (secret.length >= 16) return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const secret = randomBytes(24).toString("hex");
  await writeFile(`${path}.tmp`, `${secret}\n`, { mode: 0o600 });
  await rename(`${path}.tmp`, path);
  return secret;
}
