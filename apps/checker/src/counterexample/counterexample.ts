import type { Violation } from "../conditions/violation.ts";
import type { Operation } from "../history/operation.ts";
import { drawSvg } from "./draw-svg.ts";
import { drawText } from "./draw-text.ts";
import { explain } from "./explain.ts";
import { type Minimised, minimise, type Trial } from "./minimise.ts";

/** The shortest part of a history that is not linearizable, in sentences and as a drawing. */
export interface Counterexample extends Minimised {
  readonly sentences: readonly string[];
  /** Lanes of processes with their calls, the impossible one marked: a whole SVG document. */
  readonly svg: string;
  /** The same for a terminal. */
  readonly text: string;
}

/**
 * Makes a counterexample of operations that are not linearizable. Time: that of `minimise`, bounded by `minimiseMs`.
 *
 * @param violation the condition they break, if one is known.
 */
export function counterexampleOf(
  operations: readonly Operation[],
  trial: Trial,
  { minimiseMs, violation, model }: { minimiseMs?: number; violation?: Violation; model: string },
): Counterexample {
  const short = minimise(operations, trial, { timeMs: minimiseMs, suspects: violation?.operations });
  const all = [...short.context, ...short.operations].sort((a, b) => a.line - b.line);
  const marked = markedOf(short.operations, violation);
  return {
    ...short,
    sentences: explain(short, { violation, model }),
    svg: drawSvg(all, marked),
    text: drawText(all, marked),
  };
}

/** The call whose answer is the last straw. */
function markedOf(operations: readonly Operation[], violation: Violation | undefined): Operation | undefined {
  const shown = violation?.operations.at(-1);
  if (shown && operations.includes(shown)) return shown;
  return operations
    .filter(({ type }) => type === "ok")
    .toSorted((a, b) => a.answeredAt - b.answeredAt)
    .at(-1);
}
