import type { AnyModel } from "../models/model.ts";
import type { Done } from "./done.ts";
import type { Timeline } from "./timeline.ts";

/**
 * Which operation may come next. A branch is an index into `timeline.answered`, or beyond them into `timeline.unanswered`.
 *
 * Any open call may, that is, any that was called before the first answer which is still outstanding. Two rules avoid most of
 * the search: of interchangeable calls only the one that is answered first is tried; and a pure observer that the state allows
 * now is taken at once, without alternatives, because moving it to the front of any sequence changes nothing for the others.
 */
export class Branches {
  /** The place of the first outstanding answer in the timeline. */
  waitingFor = 0;
  /** The calls that may come next or later, before the one that is answered first: all that are open. */
  readonly openCalls: unknown[] = [];
  /** Whether the branch just taken is an observer, to which there is no alternative once it fits. */
  isForced = false;
  readonly #timeline: Timeline;
  readonly #calls: readonly unknown[];
  readonly #classOf: Int32Array;
  readonly #isObserver: Uint8Array;
  /** For each class the unanswered calls in it, in the order of their calls. */
  readonly #unansweredOf: readonly (readonly number[])[];
  /** For each class the open call chosen, and when: a stamp instead of clearing. */
  readonly #chosen: Int32Array;
  readonly #stamps: Float64Array;
  #stamp = 0;
  /** All levels of the search, one behind the other: the branches that are left to try, the next one last. */
  readonly #stack: number[] = [];
  readonly #levels: number[] = [];

  constructor(timeline: Timeline, calls: readonly unknown[], model: AnyModel) {
    this.#timeline = timeline;
    this.#calls = calls;
    const names = model.interchangeable?.(calls) ?? [];
    const tied = new Set(timeline.after);
    const classes = new Map<string, number>();
    const operations = [...timeline.answered, ...timeline.unanswered];
    let classCount = 0;
    this.#classOf = Int32Array.from(operations, (operation, branch) => {
      const name = names[operation];
      // Who has to come before or after another at the same time cannot stand in for anybody.
      if (name === undefined || tied.has(branch) || timeline.after[branch] !== -1) return classCount++;
      const known = classes.get(name) ?? classCount++;
      classes.set(name, known);
      return known;
    });
    this.#isObserver = Uint8Array.from(operations, (operation) => (model.isObserver?.(calls[operation]) ? 1 : 0));
    this.#chosen = new Int32Array(classCount);
    this.#stamps = new Float64Array(classCount);

    const unansweredOf = new Map<number, number[]>();
    for (let branch = timeline.answered.length; branch < operations.length; branch += 1) {
      // Nobody heard what it observed.
      if (this.#isObserver[branch]) continue;
      const list = unansweredOf.get(this.#classOf[branch] as number) ?? [];
      unansweredOf.set(this.#classOf[branch] as number, list);
      list.push(branch);
    }
    this.#unansweredOf = [...unansweredOf.values()];
  }

  /** The place of the branch's operation in the history. */
  operationOf(branch: number): number {
    const { answered, unanswered } = this.#timeline;
    return (branch < answered.length ? answered[branch] : unanswered[branch - answered.length]) as number;
  }

  /** Begins a level: lists what may come next. O(open calls + classes of unanswered ones). */
  open(done: Done, happened: Done): void {
    this.#levels.push(this.#stack.length);
    const classes = this.#chooseAnswered(done);
    this.#pushUnanswered(done, happened);
    const first = this.#stack.length;
    for (const chosen of classes) if (!this.#isObserver[chosen]) this.#pushByAnswer(chosen, first);
    for (const chosen of classes) if (this.#isObserver[chosen]) this.#stack.push(chosen);
  }

  /** Whether all answers are accounted for. */
  get isDone(): boolean {
    return this.waitingFor === this.#timeline.end;
  }

  /** The call that is answered first of those that are open. */
  get nextAnswered(): unknown {
    const { answered, operationAt } = this.#timeline;
    return this.#calls[answered[operationAt[this.waitingFor] as number] as number];
  }

  /** The next branch of the latest level, or `undefined` where none is left. O(1). */
  take(): number | undefined {
    if (this.#stack.length === this.#levels.at(-1)) return undefined;
    const branch = this.#stack.pop() as number;
    this.isForced = this.#isObserver[branch] === 1;
    return branch;
  }

  /** Leaves the latest level with no branch, beside the one just taken. O(1). */
  dropAll(): void {
    this.#stack.length = this.#levels.at(-1) as number;
  }

  /** Ends the latest level. O(1). */
  close(): void {
    this.#stack.length = this.#levels.pop() as number;
  }

  /** Of each class the open call that is answered first; sets `waitingFor`. */
  #chooseAnswered(done: Done): number[] {
    const { next, isCall, operationAt, answerOf, after } = this.#timeline;
    const classes: number[] = [];
    this.openCalls.length = 0;
    this.#stamp += 1;
    let place = next[0] as number;
    for (; isCall[place]; place = next[place] as number) {
      const branch = operationAt[place] as number;
      this.openCalls.push(this.#calls[this.#timeline.answered[branch] as number]);
      const before = after[branch] as number;
      if (before >= 0 && !done.has(before)) continue;
      const ownClass = this.#classOf[branch] as number;
      if (this.#stamps[ownClass] !== this.#stamp) {
        this.#stamps[ownClass] = this.#stamp;
        this.#chosen[ownClass] = branch;
        classes.push(ownClass);
      } else if ((answerOf[branch] as number) < (answerOf[this.#chosen[ownClass] as number] as number)) {
        this.#chosen[ownClass] = branch;
      }
    }
    this.waitingFor = place;
    return classes.map((ownClass) => this.#chosen[ownClass] as number);
  }

  /** They come last: the search assumes that they never happened until it is stuck. */
  #pushUnanswered(done: Done, happened: Done): void {
    const { openFrom, answered, after } = this.#timeline;
    for (const list of this.#unansweredOf) {
      let first = -1;
      for (const branch of list) {
        if ((openFrom[branch - answered.length] as number) >= this.waitingFor) break;
        if (happened.has(branch - answered.length)) continue;
        if (first < 0) first = branch;
        this.openCalls.push(this.#calls[this.operationOf(branch)]);
      }
      // An answered call of the same class is tried in its stead.
      if (first < 0 || this.#stamps[this.#classOf[first] as number] === this.#stamp) continue;
      const before = after[first] as number;
      if (before < 0 || done.has(before)) this.#stack.push(first);
    }
  }

  /** Keeps the one that is answered first on top. */
  #pushByAnswer(branch: number, first: number): void {
    const { answerOf } = this.#timeline;
    const stack = this.#stack;
    let place = stack.length;
    stack.push(branch);
    for (
      ;
      place > first && (answerOf[stack[place - 1] as number] as number) < (answerOf[branch] as number);
      place -= 1
    ) {
      stack[place] = stack[place - 1] as number;
    }
    stack[place] = branch;
  }
}
