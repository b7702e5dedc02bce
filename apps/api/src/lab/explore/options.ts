import { type CatalogueEntry, strategyCatalogue } from "../../inventory/strategy-catalogue.ts";
import { type FaultKind, type FaultName, faultKinds } from "./faults.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** What `npm run explore` was asked for. All values are text, as they were typed. */
export interface ExploreFlags {
  strategy?: string;
  all?: boolean;
  scenario?: string;
  preemptions?: string;
  faults?: string;
  "fault-count"?: string;
  limit?: string;
  first?: boolean;
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
  /** What may go wrong. Absent: nothing. */
  readonly fault?: FaultKind;
}

export interface Options {
  readonly tasks: readonly Task[];
  readonly preemptions?: number;
  /** How many faults may happen in one order. */
  readonly faultCount: number;
  readonly limit: number;
  /** Stops a cell at its first wrong order. */
  readonly untilWrong: boolean;
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
  const { strategy, all = false, scenario, replay, first = false, json = false, junit } = flags;
  if (all === (strategy !== undefined)) throw new InvalidOption("Name one --strategy, or --all.");
  if (replay !== undefined && (all || scenario === undefined)) {
    throw new InvalidOption("A --replay needs the --strategy and the --scenario that it is of.");
  }
  const strategies = strategy === undefined ? strategyCatalogue.filter(isExplored) : [strategyNamed(strategy)];
  const faults = faultsNamed(flags.faults ?? faultInSchedule(replay));
  if (flags["fault-count"] !== undefined && faults.length === 0)
    throw new InvalidOption("--fault-count needs --faults.");
  const tasks = tasksOf(strategies, scenario === undefined ? undefined : scenarioNamed(scenario), faults);
  if (tasks.length === 0) throw nothingToExplore(flags, strategies);
  const guards = new Set<string>(strategies.map(({ guard }) => guard));
  return {
    tasks,
    preemptions: numberOf("preemptions", flags.preemptions),
    faultCount: faults.length === 0 ? 0 : (numberOf("fault-count", flags["fault-count"], 1) ?? 1),
    limit: numberOf("limit", flags.limit, 1) ?? DEFAULT_LIMIT,
    untilWrong: first,
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

/** Each strategy in each scenario that is for it, with one kind of fault at a time. */
function tasksOf(
  strategies: readonly CatalogueEntry[],
  only: Scenario | undefined,
  faults: readonly FaultKind[],
): Task[] {
  const kinds = faults.length > 0 ? faults : [undefined];
  return strategies.flatMap((strategy) =>
    kinds.flatMap((fault) => {
      const isWanted = (scenario: Scenario) => {
        if (scenario.isFor && !scenario.isFor(strategy)) return false;
        if (fault?.isFor && !fault.isFor(strategy)) return false;
        if (only) return scenario === only;
        return fault ? scenario.faults?.includes(fault.name as FaultName) : !scenario.needsFault;
      };
      return scenarios.filter(isWanted).map((scenario) => ({ strategy, scenario, ...(fault && { fault }) }));
    }),
  );
}

function nothingToExplore({ strategy, scenario, faults }: ExploreFlags, strategies: readonly CatalogueEntry[]) {
  const possible = scenarios.filter((each: Scenario) => strategies.every((entry) => each.isFor?.(entry) ?? true));
  if (scenario !== undefined && !possible.some(({ name }) => name === scenario)) {
    return new InvalidOption(`The scenario ${scenario} is not for ${strategy}, which has ${namesOf(possible)}.`);
  }
  return new InvalidOption(`${faults} cannot happen to ${strategy}.`);
}

function faultsNamed(list: string | undefined): FaultKind[] {
  if (list === undefined) return [];
  return [...new Set(list.split(","))].map((name) => {
    const found = faultKinds.find((kind) => kind.name === name);
    if (!found) throw new InvalidOption(`There is no fault ${shown(name)}. There are ${namesOf(faultKinds)}.`);
    return found;
  });
}

/** The kind of the first fault that a schedule names. */
function faultInSchedule(schedule = ""): string | undefined {
  const [letter] = /(?<=^|\s)[a-z](?=[A-Z]?(\s|$))/.exec(schedule) ?? [];
  return letter && faultKinds.find(({ letters }) => letters.includes(letter))?.name;
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
