import type { Operation } from "../history/operation.ts";
import { describe } from "./describe.ts";
import { type Bar, lanesOf } from "./lanes.ts";
import { buyer, count } from "./words.ts";

const nameWidth = 110;
const laneHeight = 56;
const margin = 16;
const smallestStep = 90;

/**
 * Draws operations as bars in one lane for each process, the impossible one in red and dashed. Order is kept, time is not to
 * scale. Takes text colour from its surroundings, so that it fits a light and a dark page. O(n log n).
 */
export function drawSvg(operations: readonly Operation[], marked?: Operation): string {
  const { processes, bars, left } = lanesOf(operations, marked);
  const longest = Math.max(0, ...bars.map(({ operation }) => describe(operation).length));
  const width = Math.max(560, bars.length * 2 * smallestStep, longest * 8);
  const height = processes.length * laneHeight + 2 * margin + (left > 0 ? 20 : 0);
  const total = nameWidth + width + margin;
  const title = bars.map(
    ({ operation, isMarked }) => `${buyer(operation, true)}: ${describe(operation)}${isMarked ? " (impossible)" : ""}`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${height}" width="${total}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="currentColor">`,
    `<title>${escaped(`Operations that are not linearizable. ${title.join("; ")}`)}</title>`,
    ...processes.map((_, lane) => laneLine(bars.find((bar) => bar.lane === lane)?.operation, lane, width)),
    ...bars.map((bar) => drawBar(bar, width)),
    ...(left > 0
      ? [
          `<text x="${margin}" y="${height - margin}" opacity="0.7">${count(left, "operation")} before these not drawn</text>`,
        ]
      : []),
    "</svg>",
  ].join("\n");
}

function laneLine(operation: Operation | undefined, lane: number, width: number): string {
  const y = middleOf(lane) + 10;
  return (
    `<text x="${margin}" y="${y + 4}">${operation ? escaped(buyer(operation, true)) : ""}</text>` +
    `<line x1="${nameWidth}" x2="${nameWidth + width}" y1="${y}" y2="${y}" stroke="currentColor" stroke-opacity="0.25"/>`
  );
}

function drawBar({ operation, lane, from, to, isMarked }: Bar, width: number): string {
  const x = nameWidth + from * width;
  const length = Math.max((to - from) * width, 6);
  const y = middleOf(lane);
  // A page may name colours of its own.
  const colour = isMarked ? "var(--impossible, #d6336c)" : "var(--call, #1c7ed6)";
  const dashes = isMarked || operation.type === "info" ? ' stroke-dasharray="5 3"' : "";
  // A text that would leave the picture on the right ends at the end of its bar.
  const text = describe(operation);
  const isLate = x + text.length * 7.5 > nameWidth + width;
  const anchor = isLate ? `x="${round(x + length)}" text-anchor="end"` : `x="${round(x)}"`;
  return (
    `<g><title>${escaped(`${text}, called at ${operation.calledNs} ns, answered ${operation.type === "ok" ? `at ${operation.answeredNs} ns` : "never"}`)}</title>` +
    `<rect x="${round(x)}" y="${y}" width="${round(length)}" height="20" rx="4" fill="${colour}" fill-opacity="${operation.type === "info" ? 0.1 : 0.25}" stroke="${colour}"${dashes}/>` +
    `<text ${anchor} y="${y - 5}"${isMarked ? ` fill="${colour}" font-weight="600"` : ""}>${escaped(isMarked ? `✗ ${text}` : text)}</text></g>`
  );
}

function middleOf(lane: number): number {
  return margin + lane * laneHeight + 20;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function escaped(text: string): string {
  // Control characters are not allowed in XML, not even escaped.
  return [...text]
    .map((char) => (char < " " ? " " : char))
    .join("")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
