import type { Operation } from "../history/operation.ts";

/** What was called and what was answered, in a few words: `reserve 1 lamp → reserved, No. 1`. O(size of the values). */
export function describe(operation: Operation): string {
  return `${describeCall(operation)} → ${describeAnswer(operation)}`;
}

export function describeCall({ f, value }: Operation): string {
  return [f, inWords(value)].filter((part) => part !== "").join(" ");
}

export function describeAnswer({ type, answer, value }: Operation): string {
  if (type === "info") return "no answer";
  if (isObject(answer)) {
    const { outcome, units, stock, token } = answer;
    const numbers = Array.isArray(units) ? `, No. ${units.join(", ")}` : "";
    if (typeof outcome === "string") return `${outcome}${numbers}`;
    if (stock !== undefined) return `${stock}`;
    if (token !== undefined) return `ok, token ${token}`;
  }
  // Where the answer only repeats the question, it says no more than that it was done.
  if (answer === undefined || answer === null || JSON.stringify(answer) === JSON.stringify(value)) {
    return answer === null && (value === null || value === undefined) ? "nil" : "ok";
  }
  return inWords(answer) || "ok";
}

function inWords(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value))
    return value.map((item) => (isObject(item) ? inWords(item) : JSON.stringify(item))).join(" → ");
  if (!isObject(value)) return typeof value === "string" ? value : JSON.stringify(value);
  if (Array.isArray(value.lines)) return value.lines.map(inWords).join(" + ");
  if (typeof value.sku === "string") return [value.quantity, value.sku].filter((part) => part !== undefined).join(" ");
  if (typeof value.lock === "string") return value.lock;
  return Object.entries(value)
    .map(([name, item]) => `${name} ${typeof item === "string" ? item : JSON.stringify(item)}`)
    .join(", ");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
