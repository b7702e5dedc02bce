import type { Judgement } from "../judge.ts";

/** The judgement for people. */
export function asText({ verdict, operations, counterexample, reason }: Judgement): string {
  const judged = `${operations.toLocaleString("en")} operation${operations === 1 ? "" : "s"}`;
  if (verdict === "linearizable") return `Linearizable: there is an order of events that explains ${judged}.`;
  if (verdict === "unknown") return `Unknown (${judged}): ${reason}.`;
  const { sentences = [], text = "" } = counterexample ?? {};
  return [`Not linearizable: no order of events explains ${judged}.`, "", ...sentences, "", text].join("\n");
}

/** The judgement for programs: one JSON object, without the drawings. */
export function asJson({ counterexample, ...judgement }: Judgement): string {
  if (!counterexample) return JSON.stringify(judgement);
  const { operations, context, isMinimal, sentences } = counterexample;
  return JSON.stringify({ ...judgement, counterexample: { operations, context, isMinimal, sentences } });
}
