import recorded from "./report.json";

export type Outcome = "pass" | "fail" | "not applicable" | "observation" | "error";

/** A part of what `npm run conformance -- --record` writes. */
export interface Report {
  date: string;
  commit?: string;
  machine: string;
  cases: readonly Case[];
  subjects: readonly Subject[];
}

export interface Case {
  number: number;
  name: string;
  title: string;
  steps: readonly string[];
}

export interface Subject {
  name: string;
  /** With its version. */
  title: string;
  notRun?: string;
  results: readonly CaseResult[];
}

export interface CaseResult {
  case: number;
  outcome: Outcome;
  finding: string;
}

export const report = recorded as Report;

export const outcomeWords: Record<Outcome, { mark: string; word: string; result: string }> = {
  pass: { mark: "✓", word: "pass", result: "survives" },
  fail: { mark: "✗", word: "fail", result: "loses" },
  observation: { mark: "·", word: "seen", result: "observed" },
  "not applicable": { mark: "–", word: "n/a", result: "not-applicable" },
  error: { mark: "–", word: "not run", result: "not-measured" },
};
