import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/**
 * Starts one real system for all integration tests, on free ports and in a temporary home. LAST_UNIT_STACK_FILE names a
 * running one to use instead. `npm test` builds the API and the storefront before.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.LAST_UNIT_STACK_FILE;
  if (given) {
    project.provide("system", JSON.parse(await readFile(given, "utf8")));
    return async () => {};
  }
  const home = await mkdtemp(join(tmpdir(), "last-unit-tests-"));
  try {
    const { startSystem } = await import("../index.ts");
    const system = await startSystem({
      home,
      replicas: 3,
      given: { zookeeper: process.env.ZOOKEEPER === "0" ? false : undefined },
      env: { LOG_LEVEL: "warn" },
      // Its programs may have to be installed first.
      zookeeperWithinMs: 240_000,
    });
    project.provide("system", system.file);
    return async () => {
      await system.stop();
      await rm(home, { recursive: true, force: true });
    };
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}
