// Prints as JSON what can be explored: for each strategy its scenarios, with what may go wrong, and what has to be started.
import { type CatalogueEntry, strategyCatalogue } from "../../inventory/strategy-catalogue.ts";
import { faultKinds } from "./faults.ts";
import { InvalidOption, isExplored, readOptions } from "./options.ts";
import { scenarios } from "./scenarios.ts";

const strategies = strategyCatalogue.filter(isExplored).map((strategy) => {
  const { tasks, needs } = readOptions({ strategy: strategy.name });
  const all = [...tasks, ...faultKinds.flatMap(({ name }) => tasksWith(strategy, name))];
  const cells = all.map(({ scenario, fault }) => ({ scenario: scenario.name, fault: fault?.name }));
  return { name: strategy.name, needs, cells };
});
const shown = scenarios.map(({ name, about, processes }) => ({ name, about, processes }));
console.log(JSON.stringify({ strategies, scenarios: shown }));

/** None if the fault cannot happen to the strategy. */
function tasksWith({ name: strategy }: CatalogueEntry, faults: string) {
  try {
    return readOptions({ strategy, faults }).tasks;
  } catch (error) {
    if (error instanceof InvalidOption) return [];
    throw error;
  }
}
