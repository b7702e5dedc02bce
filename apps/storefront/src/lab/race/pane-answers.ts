import { ProblemError } from "../../api/client.ts";
import { sentenceFor } from "../../api/problems.ts";
import type { Problem, RaceEvent, Verdict } from "../../api/types.ts";

export type Pane = "A" | "B";
export const panes: readonly Pane[] = ["A", "B"];

/** What a card's buyer was told. */
export type PaneAnswer =
  | { state: "asking" }
  | { state: "ticket"; orderId: string; unitNumbers: readonly number[] }
  | { state: "refused"; code: string; sentence: string };

export const refusal = (problem: Partial<Problem> & { code: string }): PaneAnswer => ({
  state: "refused",
  code: problem.code,
  sentence: sentenceFor(new ProblemError({ status: 0, ...problem })),
});

/** What the cards' buyers were told, according to a run's checkpoints. */
export function answersIn(events: readonly RaceEvent[]): Partial<Record<Pane, PaneAnswer>> {
  const answers: Partial<Record<Pane, PaneAnswer>> = {};
  for (const { shopper, checkpoint, outcome, orderId, unitNumbers } of events) {
    const pane = panes.find((each) => each === shopper);
    if (!pane || checkpoint !== "answered" || !outcome) continue;
    answers[pane] = orderId ? { state: "ticket", orderId, unitNumbers: unitNumbers ?? [] } : refusal({ code: outcome });
  }
  return answers;
}

/** Whether the verdict names a unit of this ticket. */
export const isSoldTwice = (answer: PaneAnswer | undefined, verdict: Verdict | undefined): boolean =>
  answer?.state === "ticket" &&
  Boolean(
    verdict?.evidence.some((entry) => entry.kind === "unit-sold-twice" && entry.orders?.includes(answer.orderId)),
  );
