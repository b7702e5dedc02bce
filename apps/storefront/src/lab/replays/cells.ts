import type { Replay } from "../../api/types.ts";

type Step = Replay["steps"][number];
type State = Step["lanes"][string]["state"];

/** What one shopper's lane shows at one step. */
export interface Cell {
  number: number;
  state: State;
  /** What is new since the step before; empty where nothing is. */
  text: string;
  /** Whether the state is another one than before, or after: neighbours of one state are drawn as one. */
  begins: boolean;
  ends: boolean;
  /** Whether this shopper acts in this step. */
  acts: boolean;
  /** Done, and without a unit. */
  loss: boolean;
}

const stateWords: Record<State, string> = {
  outside: "",
  waiting: "waits",
  holding: "has the lock",
  inside: "at work, unprotected",
  suspended: "machine suspended",
  done: "done",
};

/** A shopper's lane, step by step. */
export function toCells(steps: readonly Step[], shopper: string): Cell[] {
  const at = (index: number) => steps[index]?.lanes[shopper];
  return steps.map((step, index) => {
    const { state, label } = at(index) ?? { state: "outside" as const, label: null };
    const before = at(index - 1);
    const begins = before?.state !== state;
    const news = label !== null && label !== before?.label ? label : "";
    return {
      number: step.number,
      state,
      text: news || (begins ? stateWords[state] : ""),
      begins,
      ends: at(index + 1)?.state !== state,
      acts: step.shopper === shopper,
      loss: state === "done" && !label?.startsWith("sold No.") && label !== "sold the cart",
    };
  });
}
