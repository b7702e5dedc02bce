// Prints as JSON what can be explored: for each strategy its scenarios and what has to be started for it.
import { strategyCatalogue } from "../../inventory/strategy-catalogue.ts";
import { isExplored, readOptions } from "./options.ts";
import { scenarios } from "./scenarios.ts";

const strategies = strategyCatalogue.filter(isExplored).map(({ name }) => {
  const { tasks, needs } = readOptions({ strategy: name });
  return { name, needs, cells: tasks.map(({ scenario }) => ({ scenario: scenario.name })) };
});
const shown = scenarios.map(({ name, about, processes }) => ({ name, about, processes }));
console.log(JSON.stringify({ strategies, scenarios: shown }));
