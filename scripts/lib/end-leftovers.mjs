import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { loadTypeScript } from "./bootstrap.mjs";

/**
 * Ends the processes of every system whose home is in `folder`: a phase that was killed in the middle could not stop its
 * system. Processes are known by pid and start time, so nobody else's process is touched.
 */
export async function endLeftovers(folder, say) {
  const { ProcessRecord } = await loadTypeScript("apps/stack/src/supervise/process-record.ts");
  const { endOrphans } = await loadTypeScript("apps/stack/src/supervise/end-orphans.ts");
  const homes = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  await Promise.all(homes.map(({ name }) => endOrphans(new ProcessRecord(join(folder, name)), say)));
}
