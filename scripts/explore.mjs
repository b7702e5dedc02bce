// npm run explore: run a strategy's buyers in every order of their steps, on stores of its own.
import { buildMutant, readMutants } from "../apps/api/test/explore/mutants.mjs";
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("explore", async ({ flags, signal }) => {
  const { readOptions, InvalidOption } = await loadTypeScript("apps/api/src/lab/explore/options.ts");
  try {
    if (flags.mutants) return await exploreMutants(flags, signal, readOptions);
    const { needs } = readOptions(flags);
    const { explore } = await loadTypeScript("apps/stack/src/cli/explore.ts");
    return await explore(root, JSON.stringify(flags), needs, signal);
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    console.error(error.message);
    return 2;
  }
});

async function exploreMutants({ mutants: _, strategy, scenario, ...others }, signal, readOptions) {
  const [other] = Object.keys(others);
  if (other) {
    console.error(`--mutants goes with --strategy and --scenario, not with --${other}.`);
    return 2;
  }
  // Refuses unknown names.
  if (strategy || scenario) readOptions({ strategy, all: !strategy, scenario });
  const mutants = (await readMutants()).filter(
    (mutant) => mutant.strategy === (strategy ?? mutant.strategy) && mutant.scenario === (scenario ?? mutant.scenario),
  );
  if (mutants.length === 0) {
    console.error("No mutant is for that strategy and scenario.");
    return 2;
  }
  const needed = mutants.map((mutant) => readOptions({ strategy: mutant.strategy, scenario: mutant.scenario }).needs);
  const needs = { redis: needed.some(({ redis }) => redis), dynamodb: needed.some(({ dynamodb }) => dynamodb) };
  const { exploreMutants: run } = await loadTypeScript("apps/stack/src/cli/explore-mutants.ts");
  return run(root, mutants, buildMutant, needs, signal);
}
