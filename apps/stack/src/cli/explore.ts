import { join } from "node:path";
import { type ExplorationStores, startExplorationStores } from "../exploration.ts";
import { runExplorer } from "../explorer-process.ts";
import { readSettings } from "../settings.ts";
import { StackError } from "../stack-error.ts";

type Needs = { redis: boolean; dynamodb: boolean };

/**
 * `npm run explore`: starts stores of its own, and a process that explores on them. Resolves to the exit code: 0 right in
 * every order, 1 a wrong order exists, 2 it cannot run.
 *
 * @param flags as JSON; `apps/api/src/lab/explore/options.ts` reads them.
 */
export async function explore(root: string, flags: string, needs: Needs, signal: AbortSignal): Promise<number> {
  const main = join(root, "apps/api/src/lab/explore/main.ts");
  return withExplorationStores(root, needs, signal, async (stores) => {
    return runExplorer(["--import", "tsx", main, flags], { root, stores, signal });
  });
}

/** Starts the stores for as long as `work` runs. Resolves to its exit code, or to 2 if the stores cannot be started. */
export async function withExplorationStores(
  root: string,
  needs: Needs,
  signal: AbortSignal,
  work: (stores: ExplorationStores) => Promise<number>,
): Promise<number> {
  const { home } = readSettings(process.env, root);
  try {
    const report = (line: string) => console.error(line);
    const stores = await startExplorationStores({ home: join(home, "explore"), needs, report, signal });
    try {
      return await work(stores);
    } finally {
      await stores.stop();
    }
  } catch (error) {
    if (signal.aborted) return 2;
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    return 2;
  }
}
