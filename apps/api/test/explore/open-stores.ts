import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startExplorationStores } from "@last-unit/stack";
import { type ExploredShops, openExploredShops } from "../../src/lab/explore/explored-shops.ts";
import { type FaultName, faultKinds } from "../../src/lab/explore/faults.ts";
import { type ScenarioName, scenarios } from "../../src/lab/explore/scenarios.ts";
import { systemOf } from "../../src/lab/explore/system.ts";

/** Starts stores of a test's own, for as many processes as a scenario has. */
export async function openStores(needs: { redis?: boolean; dynamodb?: boolean } = {}) {
  const home = await mkdtemp(join(tmpdir(), "last-unit-explore-"));
  const stores = await startExplorationStores({ home, needs });
  const urls = { database: stores.databaseUrl, redis: stores.redisUrls, dynamodb: stores.dynamodbUrl };
  return {
    home,
    urls,
    pausing: stores,
    openShops: () => openExploredShops(urls, 3, stores),
    async close() {
      await stores.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export function inScenario(shops: ExploredShops, strategy: string, name: ScenarioName, fault?: FaultName) {
  const scenario = scenarios.find((each) => each.name === name);
  if (!scenario) throw new Error(`There is no scenario ${name}.`);
  return systemOf(
    shops,
    strategy,
    scenario,
    faultKinds.find((kind) => kind.name === fault),
  );
}

export const executionSignal = () => AbortSignal.timeout(30_000);
