import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureProgram, startSystem } from "@last-unit/stack";

/**
 * Starts a system of its own in a home that is removed afterwards, unless LAST_UNIT_URL names a running one.
 * Returns the teardown. Chromium is the machine's own, or the one at CHROMIUM_PATH.
 */
export default async function start(): Promise<() => Promise<void>> {
  process.env.CHROMIUM_PATH ??= (await ensureProgram("chromium")).path;
  if (process.env.LAST_UNIT_URL) return async () => {};
  const home = await mkdtemp(join(tmpdir(), "last-unit-e2e-"));
  const system = await startSystem({ home, lab: true }).catch(async (error) => {
    await rm(home, { recursive: true, force: true });
    throw error;
  });
  process.env.LAST_UNIT_URL = system.url;
  process.env.LAST_UNIT_LAB_TOKEN = system.file.labToken ?? "";
  process.env.LAST_UNIT_STACK_TOKEN = system.file.control.token;
  return async () => {
    await system.stop();
    await rm(home, { recursive: true, force: true });
  };
}
