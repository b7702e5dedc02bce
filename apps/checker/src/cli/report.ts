import type { CheckResult } from "../check.ts";

/** The result as text. */
export function asText({ verdict, operations, counterexample, reason }: CheckResult): string {
  const checked = `${operations.toLocaleString("en")} operation${operations === 1 ? "" : "s"}`;
  if (verdict === "linearizable") return `Linearizable: ${checked} checked.`;
  if (verdict === "unknown") return `Unknown (${checked}): ${reason}.`;
  const { sentences = [], text = "" } = counterexample ?? {};
  return [`Not linearizable: ${checked} checked.`, "", ...sentences, "", text].join("\n");
}

/** The result as one JSON object, without the drawings. */
export function asJson({ counterexample, ...result }: CheckResult): string {
  if (!counterexample) return JSON.stringify(result);
  const { operations, context, isMinimal, sentences } = counterexample;
  return JSON.stringify({ ...result, counterexample: { operations, context, isMinimal, sentences } });
}
