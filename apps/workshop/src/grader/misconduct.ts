import type { Misconduct, Outcome } from "../messages.ts";
import { CannotJudge } from "./cannot-judge.ts";

/** What a buyer's process may not do, in words. */
export function ofMisconduct(letter: string, misconduct: Misconduct): CannotJudge {
  if (misconduct.kind === "exit") {
    return new CannotJudge(
      "EXITS",
      `Buyer ${letter} called process.exit(${misconduct.code}), which ends the whole server.`,
      "Return an answer, or throw an error.",
    );
  }
  return new CannotJudge(
    "UNHANDLED_ERROR",
    `Buyer ${letter} left an error without a handler, which ends the whole server: ${misconduct.text}`,
    "Await every promise.",
  );
}

export function ofExit(letter: string, code: number | null, by: NodeJS.Signals | null, stderr: string): CannotJudge {
  if (/heap out of memory|Allocation failed/.test(stderr)) return tooMuchMemory(letter);
  const how = by ? `by signal ${by}` : `with code ${code}`;
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return new CannotJudge(
    "EXITS",
    `Buyer ${letter}'s process ended ${how}. ${last}`.trim(),
    "Return an answer, or throw.",
  );
}

export const tooMuchMemory = (letter: string): CannotJudge =>
  new CannotJudge(
    "TOO_MUCH_MEMORY",
    `Buyer ${letter} used more memory than a checkout needs, and was ended.`,
    "Look for an array or a string that grows in a loop.",
  );

export function answerInWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case "reserved":
      return `answers: reserved, order ${outcome.orderId}`;
    case "sold-out":
      return "answers: sold out";
    case "invalid":
      return `answers: ${outcome.text}`;
    case "threw":
      return `throws ${outcome.text}`;
  }
}
