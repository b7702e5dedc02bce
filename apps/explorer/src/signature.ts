import type { TakenStep } from "./controlled-process.ts";
import type { Execution } from "./execution.ts";

/** The same schedule has led to different steps or results. */
export interface NotDeterministic {
  readonly schedule: string;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

/** What must be equal whenever a schedule is repeated. */
export function lineOf({ process, name, fault, choices, outcome, blockedBy }: TakenStep): string {
  const waited = blockedBy ? `, waits for ${blockedBy.join(" and ")}` : "";
  return `${fault ?? process} ${name}${waited}: ${outcome ?? "waiting"} (of ${[...choices].sort().join("")})`;
}

/** All of an execution that must be equal whenever its schedule is repeated. */
export const signatureOf = ({ steps, wrong, ending }: Execution): readonly string[] => [
  ...steps.map(lineOf),
  `${ending.stuck.length === 0 ? "all ended" : `stuck: ${ending.stuck.join("")}`}, ${wrong.length} wrong`,
];

export const equalLines = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, index) => line === b[index]);
