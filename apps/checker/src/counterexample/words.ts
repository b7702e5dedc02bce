import type { Operation } from "../history/operation.ts";

/** Who acts, as a sentence names them. */
export function buyer({ process, name }: Operation, isFirstWord = false): string {
  return `${isFirstWord ? "B" : "b"}uyer ${name ?? process}`;
}

/** "1 unit", "2 units". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** Milliseconds since `start`, to the microsecond. */
export function milliseconds(timeNs: number, startNs: number): string {
  return `${((timeNs - startNs) / 1e6).toFixed(3)} ms`;
}
