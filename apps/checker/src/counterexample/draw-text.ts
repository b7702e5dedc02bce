import type { Operation } from "../history/operation.ts";
import { describe } from "./describe.ts";
import { lanesOf } from "./lanes.ts";
import { buyer, count } from "./words.ts";

/** In characters. */
const width = 48;

/** Draws operations for a terminal: a line for each, its bar, and what it says; the impossible one with a cross. O(n log n). */
export function drawText(operations: readonly Operation[], marked?: Operation): string {
  const { bars, left } = lanesOf(operations, marked);
  const nameWidth = Math.max(0, ...bars.map(({ operation }) => buyer(operation).length));
  const lines = bars.map(({ operation, from, to, isMarked }) => {
    const start = Math.min(Math.round(from * width), width - 2);
    const end = Math.max(Math.round(to * width), start + 2);
    const isOpen = operation.type === "info";
    const bar = `${" ".repeat(start)}├${"─".repeat(end - start - 2)}${isOpen ? "┄" : "┤"}`.padEnd(width);
    const name = printable(buyer(operation)).padEnd(nameWidth);
    return `${isMarked ? "✗" : " "} ${name}  ${bar}  ${printable(describe(operation))}`;
  });
  return [...(left > 0 ? [`  ${count(left, "operation")} before these not drawn`] : []), ...lines].join("\n");
}

/** A history must not be able to write control sequences to a terminal. */
function printable(text: string): string {
  return [...text].map((char) => (char < " " || char === "\u007f" ? "·" : char)).join("");
}
