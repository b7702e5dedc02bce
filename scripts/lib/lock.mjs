import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endSignal } from "./ending.mjs";

/** `npm start` and `npm test` may run in the same clone at once: only one of them installs and builds at a time. */
export async function withLock(root, say, work) {
  const path = join(root, ".last-unit-build.lock");
  for (let waited = 0; ; waited++) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = Number(await readFile(path, "utf8").catch(() => ""));
    // Without an owner for seconds: whoever made it was killed before it could write its name.
    if (owner ? !isAlive(owner) : waited > 20) {
      await rm(path, { force: true });
      continue;
    }
    if (waited % 16 === 0) say(`waiting for another start in this clone that installs or builds (process ${owner})`);
    await sleep(250, undefined, { signal: endSignal });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
