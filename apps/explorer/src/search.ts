import type { Choices, Choose } from "./choices.ts";
import type { TakenStep } from "./controlled-process.ts";
import { printSchedule, turnsOf } from "./schedule.ts";
import { equalLines, lineOf, type NotDeterministic } from "./signature.ts";

/** A branch that is still to be explored. */
interface Branch {
  /** The process of each step, or the fault; the branch's own at the end. */
  readonly choices: readonly string[];
  /** The steps before the branch, as they were seen when it was found. */
  readonly before: readonly string[];
  /** Processes whose next step need not be taken now: the orders that begin with it are explored from another branch. */
  readonly asleep: ReadonlySet<string>;
}

/**
 * Stateless depth-first search: each execution repeats the steps that lead to a branch and then goes on without
 * preemption. Branches are explored by their number of preemptions (iterative context bounding: Musuvathi and Qadeer,
 * PLDI 2007), so that the first wrong order is one with the fewest; of those, by their number of faults, which is bounded.
 *
 * With `prune`, sleep sets (Godefroid 1996) leave out orders that differ from an explored one only by the order of
 * independent steps. The bound then counts the preemptions of the explored one.
 */
export class Search {
  /** By preemptions, then by faults. */
  readonly #branches: Branch[][][] = [[[{ choices: [], before: [], asleep: new Set() }]]];
  readonly #prune: boolean;
  readonly #mostFaults: number;
  /** How many preemptions the branches explored now have. */
  preemptions = 0;

  constructor(prune: boolean, mostFaults: number) {
    this.#prune = prune;
    this.#mostFaults = mostFaults;
  }

  /** The branches that are left, of any number of preemptions. */
  get left(): number {
    return this.#branches.flat().reduce((sum, branches) => sum + branches.length, 0);
  }

  /** @returns undefined when no branch of at most so many preemptions is left. */
  next(mostPreemptions: number): Execute | undefined {
    for (; this.preemptions < this.#branches.length; this.preemptions += 1) {
      if (this.preemptions > mostPreemptions) return undefined;
      const branch = this.#branches[this.preemptions]?.find((branches) => branches.length > 0)?.pop();
      if (branch) return this.#follow(branch);
    }
    return undefined;
  }

  #follow(branch: Branch): Execute {
    let asleep: ReadonlySet<string> = new Set();
    let [preemptions, faults] = [0, 0];
    const followed: string[] = [];
    const execute: Execute = {
      schedule: scheduleOfChoices(branch.choices.slice(0, -1)),
      ended: (taken) => {
        // It ended before it reached the branch.
        if (followed.length < branch.choices.length) {
          execute.notDeterministic ??= { expected: branch.before, actual: taken.map(lineOf) };
        }
      },
      choose: (choices, taken) => {
        const prefixed = branch.choices[followed.length];
        if (followed.length === branch.choices.length - 1) {
          execute.notDeterministic = differs(branch, taken, choices);
          asleep = branch.asleep;
        } else if (prefixed !== undefined && !isPossible(choices, prefixed)) {
          execute.notDeterministic = differs(branch, taken, choices);
        }
        if (execute.notDeterministic) return undefined;

        const chosen = prefixed ?? choices.enabled.find((name) => !asleep.has(name));
        if (chosen === undefined) return undefined;
        if (prefixed === undefined) this.#remember({ followed, taken, choices, chosen, asleep, preemptions, faults });
        if (choices.isPreemption(chosen)) preemptions += 1;
        if (choices.faults.includes(chosen)) faults += 1;
        asleep = stillAsleep(asleep, choices, chosen);
        followed.push(chosen);
        return chosen;
      },
    };
    return execute;
  }

  /** Keeps the other choices of this moment for later. */
  #remember({ followed, taken, choices, chosen, asleep, preemptions, faults }: Moment): void {
    const others = choices.enabled.filter((name) => name !== chosen && !asleep.has(name));
    const possible = faults < this.#mostFaults ? choices.faults : [];
    if (others.length + possible.length === 0) return;
    const before = taken.map(lineOf);
    const earlier = new Set([...asleep, chosen]);
    for (const other of [...possible, ...others]) {
      const total = preemptions + (choices.isPreemption(other) ? 1 : 0);
      const branch = {
        choices: [...followed, other],
        before,
        asleep: this.#prune ? new Set(earlier) : new Set<string>(),
      };
      this.#branchesWith(total, faults + (possible.includes(other) ? 1 : 0)).push(branch);
      earlier.add(other);
    }
  }

  #branchesWith(preemptions: number, faults: number): Branch[] {
    this.#branches[preemptions] ??= [];
    const byFaults = this.#branches[preemptions];
    while (byFaults.length <= faults) byFaults.push([]);
    return byFaults[faults] as Branch[];
  }
}

/** A moment of an execution at which there is a choice. */
interface Moment {
  readonly followed: readonly string[];
  readonly taken: readonly TakenStep[];
  readonly choices: Choices;
  readonly chosen: string;
  readonly asleep: ReadonlySet<string>;
  /** So many until then. */
  readonly preemptions: number;
  readonly faults: number;
}

const isPossible = ({ enabled, faults }: Choices, choice: string) =>
  enabled.includes(choice) || faults.includes(choice);

/** How to reach a branch and to go on from there. */
export interface Execute {
  readonly choose: Choose;
  /** The steps that lead to the branch. */
  readonly schedule: string;
  /** To be called with the steps of the complete execution. */
  ended(taken: readonly TakenStep[]): void;
  /** Set if the execution did not repeat the steps that lead to its branch. */
  notDeterministic?: Omit<NotDeterministic, "schedule">;
}

const scheduleOfChoices = (choices: readonly string[]) =>
  printSchedule(
    turnsOf(
      choices.map((choice) =>
        /^[a-z]/.test(choice) ? { process: "", fault: choice, couldGoOn: true } : { process: choice, couldGoOn: true },
      ),
    ),
  );

function differs(branch: Branch, taken: readonly TakenStep[], choices: Choices) {
  const actual = taken.map(lineOf);
  const wanted = branch.choices[actual.length];
  // A step that was blocked then may have ended meanwhile, or not: it ends when it is let go, in both executions.
  if (wanted !== undefined && isPossible(choices, wanted) && equalLines(branch.before.slice(0, actual.length), actual))
    return undefined;
  return { expected: branch.before, actual };
}

/** A sleeping process wakes when a step is taken that its own next step depends on. */
function stillAsleep(asleep: ReadonlySet<string>, choices: Choices, chosen: string): ReadonlySet<string> {
  if (asleep.size === 0) return asleep;
  const touched = choices.touchesOf(chosen);
  return new Set(
    [...asleep].filter((name) => {
      const own = choices.touchesOf(name);
      return name !== chosen && touched && own && !own.some((key) => touched.includes(key));
    }),
  );
}
