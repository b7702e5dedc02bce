import { type CatalogueEntry, strategyCatalogue } from "../../inventory/strategy-catalogue.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** What `npm run explore` was asked for. All values are text, as they were typed. */
export interface ExploreFlags {
  strategy?: string;
  all?: boolean;
  scenario?: string;
  preemptions?: string;
  limit?: string;
  replay?: string;
  json?: boolean;
  junit?: string;
  /** Set by the lab's page. */
  live?: boolean;
}

/** One cell of the table. */
export interface Task {
  readonly strategy: CatalogueEntry;
  readonly scenario: Scenario;
}

export interface Options {
  readonly tasks: readonly Task[];
  readonly preemptions?: number;
  readonly limit: number;
  readonly replay?: string;
  readonly json: boolean;
  /** Where to write a JUnit report. */
  readonly junit?: string;
  readonly isAll: boolean;
  /** Whether the one cell is told while it is explored. */
  readonly isLive: boolean;
  /** What has to be started beside PostgreSQL. */
  readonly needs: { readonly redis: boolean; readonly dynamodb: boolean };
}

/** A flag that cannot be used. */
export class InvalidOption extends Error {
  override readonly name = "InvalidOption";
}

const DEFAULT_LIMIT = 20_000;

/** A session of ZooKeeper sends and expires by itself, so its operations cannot be single steps. */
export const isExplored = ({ guard }: CatalogueEntry): boolean => guard !== "zookeeper";

/** @throws InvalidOption with a sentence that names what is allowed. */
export function readOptions(flags: ExploreFlags): Options {
  const { strategy, all = false, scenario, replay, json = false, junit } = flags;
  if (all === (strategy !== undefined)) throw new InvalidOption("Name one --strategy, or --all.");
  if (replay !== undefined && (all || scenario === undefined)) {
    throw new InvalidOption("A --replay needs the --strategy and the --scenario that it is of.");
  }
  const strategies = strategy === undefined ? strategyCatalogue.filter(isExplored) : [strategyNamed(strategy)];
  const wanted = scenario === undefined ? scenarios : [scenarioNamed(scenario)];
  const tasks = strategies.flatMap((entry) =>
    wanted.filter((each: Scenario) => each.isFor?.(entry) ?? true).map((each) => ({ strategy: entry, scenario: each })),
  );
  if (tasks.length === 0) {
    const possible = scenarios.filter((each: Scenario) => strategies.every((entry) => each.isFor?.(entry) ?? true));
    throw new InvalidOption(`The scenario ${scenario} is not for ${strategy}, which has ${namesOf(possible)}.`);
  }
  const guards = new Set<string>(strategies.map(({ guard }) => guard));
  return {
    tasks,
    preemptions: numberOf("preemptions", flags.preemptions),
    limit: numberOf("limit", flags.limit, 1) ?? DEFAULT_LIMIT,
    replay,
    json,
    junit,
    isAll: all,
    isLive: flags.live === true,
    needs: {
      redis: ["set-nx-naive", "set-nx", "redlock", "quorum"].some((guard) => guards.has(guard)),
      dynamodb: guards.has("dynamodb-lease"),
    },
  };
}

export const parseOptions = (text: string): Options => readOptions(JSON.parse(text) as ExploreFlags);

function strategyNamed(name: string): CatalogueEntry {
  const found = strategyCatalogue.find((entry) => entry.name === name);
  const explored = namesOf(strategyCatalogue.filter(isExplored));
  if (!found) throw new InvalidOption(`There is no strategy ${shown(name)}. Explored are ${explored}.`);
  if (isExplored(found)) return found;
  throw new InvalidOption(`${name} is not explored: ZooKeeper's session has no steps. Explored are ${explored}.`);
}

function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found) return found;
  throw new InvalidOption(`There is no scenario ${shown(name)}. There are ${namesOf(scenarios)}.`);
}

function numberOf(flag: string, text: string | undefined, least = 0): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,7}$/.test(text) && Number(text) >= least) return Number(text);
  const from = least > 0 ? ` from ${least}` : "";
  throw new InvalidOption(`--${flag} is a whole number${from}, not "${shown(text)}".`);
}

const namesOf = (named: readonly { name: string }[]) => named.map(({ name }) => name).join(", ");

const shown = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
