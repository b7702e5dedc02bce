import type { Operation } from "../history/operation.ts";

/**
 * What a correct object does, one operation after another: the sequential specification of Herlihy and Wing. Write your own
 * to check a system of your own; the members without a question mark are all that is needed.
 *
 * All members are pure: `step` gives a new state and leaves the old one as it was.
 */
export interface Model<State, Call, Prepared extends Call = Call> {
  readonly name: string;
  /**
   * What a recorded operation means. `Prepared` is what `prepare` makes of it, where there is one.
   * @throws HistoryError with the operation's line where the model has no such operation or its value has another shape.
   */
  interpret(operation: Operation): Call;
  /** The objects that a call touches. What shares no object, directly or through others, is checked apart. */
  keys(call: Call): readonly string[];
  /** The state in which the objects of `keys` begin. `calls` are all that will touch them. */
  start(keys: readonly string[], calls: readonly Prepared[]): State;
  /**
   * The state after the call, or `undefined` where a correct object could not have answered that, now.
   * Where no answer is known, the state after the call has had its effect: that it had none is the search's own business.
   */
  step(state: State, call: Prepared): State | undefined;
  /** The same for equal states, different for different ones. */
  key(state: State): string | number;

  /** Rewrites the calls with the knowledge of all that touch the same objects, in their order, before anything else is asked. */
  prepare?(keys: readonly string[], calls: readonly Call[]): Prepared[];
  /** Whether the call never changes any state, whatever it answers. The search then never has to come back to it. */
  isObserver?(call: Prepared): boolean;
  /**
   * A name for each call; calls of one name have the same effect and can stand in for each other wherever both are open,
   * which spares the search to try all their orders. `undefined`: like no other.
   */
  interchangeable?(calls: readonly Prepared[]): (string | undefined)[];
  /**
   * Whether the call could be answered as it was after some of the `open` calls, in some order, or none of them. It may say
   * yes where that is wrong, never no. The search asks it of the call that is answered next, and saves itself all the orders
   * of the open calls where the answer is no.
   */
  isWithinReach?(state: State, call: Prepared, open: readonly Prepared[]): boolean;
  /** Whether the state follows from *which* calls took effect, in whatever order. It need not be remembered then. */
  isOrderFree?(calls: readonly Prepared[]): boolean;
}

/** A model of whatever state; the search keeps states and calls together. */
// biome-ignore lint/suspicious/noExplicitAny: a list of models has different states, and nobody looks into them.
export type AnyModel = Model<any, any, any>;
