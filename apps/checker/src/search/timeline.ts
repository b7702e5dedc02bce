import type { Operation } from "../history/operation.ts";

/**
 * Calls and answers in the order of time, as a doubly linked list out of which an operation can be lifted and into which it
 * can be put back, both in O(1), as in Lowe 2017. Operations without an answer are not in it; they are kept apart, because
 * nothing ever has to wait for them.
 *
 * Places are 1 … 2n; 0 is the head, and `end` comes after the last.
 */
export class Timeline {
  /** The operations that were answered, by their number in the list that was given, in the order of their calls. */
  readonly answered: Int32Array;
  /** Those that were not, in the order of their calls. */
  readonly unanswered: Int32Array;
  /** For each place: the operation, as an index into `answered`; and whether it is its call. */
  readonly operationAt: Int32Array;
  readonly isCall: Uint8Array;
  readonly next: Int32Array;
  readonly end: number;
  /** The place of the answer, for each of `answered`. */
  readonly answerOf: Int32Array;
  /** For each of `unanswered`: it may happen once all answers before this place are accounted for. */
  readonly openFrom: Int32Array;
  /**
   * For each of `answered` and then of `unanswered`: the operation of the same process that ended at the very time of its
   * call, or -1. Times alone do not order the two.
   */
  readonly after: Int32Array;
  readonly #callOf: Int32Array;
  readonly #previous: Int32Array;

  /** O(n log n). */
  constructor(operations: readonly Operation[]) {
    const byCall = [...operations.keys()].sort(
      (a, b) => at(operations, a).calledAt - at(operations, b).calledAt || a - b,
    );
    this.answered = Int32Array.from(byCall.filter((index) => at(operations, index).type === "ok"));
    this.unanswered = Int32Array.from(byCall.filter((index) => at(operations, index).type === "info"));
    const count = this.answered.length;
    this.end = 2 * count + 1;
    this.operationAt = new Int32Array(this.end + 1).fill(-1);
    this.isCall = new Uint8Array(this.end + 1);
    this.next = Int32Array.from({ length: this.end + 1 }, (_, place) => place + 1);
    this.#previous = Int32Array.from({ length: this.end + 1 }, (_, place) => place - 1);
    this.answerOf = new Int32Array(count);
    this.#callOf = new Int32Array(count);
    this.openFrom = new Int32Array(this.unanswered.length);
    this.after = new Int32Array(operations.length).fill(-1);

    const calledAt = Float64Array.from(this.answered, (index) => at(operations, index).calledAt);
    const answeredAt = Float64Array.from(this.answered, (index) => at(operations, index).answeredAt);
    const byAnswer = Int32Array.from(this.answered.keys()).sort(
      (a, b) => (answeredAt[a] as number) - (answeredAt[b] as number) || a - b,
    );
    let place = 1;
    let call = 0;
    for (const answer of byAnswer) {
      // At one and the same time calls come first: what touches in a point is concurrent.
      while (call < count && (calledAt[call] as number) <= (answeredAt[answer] as number)) {
        this.#put(place, call, true);
        this.#callOf[call] = place;
        call += 1;
        place += 1;
      }
      this.#put(place, answer, false);
      this.answerOf[answer] = place;
      place += 1;
    }
    this.#placeUnanswered(operations, byAnswer, answeredAt);
    this.#findTies(operations);
  }

  #put(place: number, operation: number, isCall: boolean): void {
    this.operationAt[place] = operation;
    this.isCall[place] = isCall ? 1 : 0;
  }

  #placeUnanswered(operations: readonly Operation[], byAnswer: Int32Array, answeredAt: Float64Array): void {
    let answers = 0;
    for (const [index, operation] of this.unanswered.entries()) {
      const { calledAt } = at(operations, operation);
      while (answers < byAnswer.length && (answeredAt[byAnswer[answers] as number] as number) < calledAt) answers += 1;
      this.openFrom[index] = answers === 0 ? 0 : (this.answerOf[byAnswer[answers - 1] as number] as number);
    }
  }

  #findTies(operations: readonly Operation[]): void {
    const last = new Map<number, { index: number; answeredAt: number }>();
    for (const [index, number] of [...this.answered, ...this.unanswered].entries()) {
      const { process, calledAt, answeredAt } = at(operations, number);
      const before = last.get(process);
      if (before?.answeredAt === calledAt) this.after[index] = before.index;
      if (index < this.answered.length) last.set(process, { index, answeredAt });
    }
  }

  /** Takes an operation's call and answer out. O(1). */
  lift(operation: number): void {
    this.#unlink(this.#callOf[operation] as number);
    this.#unlink(this.answerOf[operation] as number);
  }

  /** Undoes the latest `lift`. O(1). */
  putBack(operation: number): void {
    this.#link(this.answerOf[operation] as number);
    this.#link(this.#callOf[operation] as number);
  }

  #unlink(place: number): void {
    const before = this.#previous[place] as number;
    const behind = this.next[place] as number;
    this.next[before] = behind;
    this.#previous[behind] = before;
  }

  #link(place: number): void {
    this.next[this.#previous[place] as number] = place;
    this.#previous[this.next[place] as number] = place;
  }
}

function at(operations: readonly Operation[], index: number): Operation {
  return operations[index] as Operation;
}
