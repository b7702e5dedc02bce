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

async function exploreMutants({ mutants: _, strategy, scenario, faults, ...others }, signal, readOptions) {
  const [other] = Object.keys(others);
  if (other) {
    console.error(`--mutants goes with --strategy, --scenario and --faults, not with --${other}.`);
    return 2;
  }
  // Refuses unknown names.
  if (strategy || scenario || faults) readOptions({ strategy, all: !strategy, scenario, faults });
  const isWanted = (mutant) =>
    (strategy === undefined || mutant.strategy === strategy) &&
    (scenario === undefined || mutant.scenario === scenario) &&
    (faults === undefined || faults.split(",").includes(mutant.faults));
  const mutants = (await readMutants()).filter(isWanted);
  if (mutants.length === 0) {
    console.error("No mutant is for that strategy, scenario and fault.");
    return 2;
  }
  const needed = mutants.map(({ strategy, scenario, faults }) => readOptions({ strategy, scenario, faults }).needs);
  const needs = { redis: needed.some(({ redis }) => redis), dynamodb: needed.some(({ dynamodb }) => dynamodb) };
  const { exploreMutants: run } = await loadTypeScript("apps/stack/src/cli/explore-mutants.ts");
  return run(root, mutants, buildMutant, needs, signal);
}
