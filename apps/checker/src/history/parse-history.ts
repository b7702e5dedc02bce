import { parseEdn } from "./edn.ts";
import { faultOf, type HistoryEvent, show } from "./event.ts";
import { HistoryError } from "./history-error.ts";
import { type HistorySource, type Line, readLines } from "./lines.ts";
import type { History, Operation } from "./operation.ts";
import { inOrderOfCalls, Pairing } from "./pair-events.ts";

export interface NumberedEvent {
  readonly event: HistoryEvent;
  readonly line: number;
}

export interface ParseOptions {
  /** Found out from the first line where absent. */
  readonly format?: "json" | "edn";
  /** Called after each piece of input. */
  readonly onProgress?: (events: number) => void;
}

/**
 * Reads a history: JSON, one event a line, or Jepsen's EDN; plain or gzipped. O(n log n) for n events; keeps the operations.
 * @throws HistoryError with the line and what was expected.
 */
export async function parseHistory(source: HistorySource, options: ParseOptions = {}): Promise<History> {
  const pairing = new Pairing();
  const operations: Operation[] = [];
  for await (const batch of readEvents(source, options)) {
    for (const { event, line } of batch) {
      const step = pairing.add(event, line);
      if (step.kind === "end" && step.ended !== "failed") operations.push(step.ended);
    }
    options.onProgress?.(pairing.counts.events);
  }
  if (pairing.counts.events === 0) throw new HistoryError("the history is empty; at least one event was expected");
  operations.push(...pairing.rest());
  return { operations: inOrderOfCalls(operations), ...pairing.counts };
}

/** The events of a history in batches, without keeping them. O(bytes). @throws HistoryError */
export async function* readEvents(source: HistorySource, options: ParseOptions = {}): AsyncGenerator<NumberedEvent[]> {
  let format = options.format;
  let wrapped: Line[] | undefined;
  let isFirst = true;
  for await (const lines of readLines(source)) {
    const first = lines[0];
    if (!first) continue;
    format ??= formatOf(first);
    // A history in one pair of brackets has to be read as a whole.
    if (isFirst && format === "edn" && /^\s*[[(]/.test(first.text)) wrapped = [];
    isFirst = false;
    if (wrapped) wrapped.push(...lines);
    else yield format === "edn" ? lines.flatMap(readEdnLine) : lines.map(readJsonLine);
  }
  if (wrapped) yield readWrappedEdn(wrapped);
}

function formatOf({ text, number }: Line): "json" | "edn" {
  if (/^\s*\{\s*("|\}|$)/.test(text)) return "json";
  if (/^\s*(\{\s*:|#[\w.]+[\s{]|[[(]\s*[{#]|;)/.test(text)) return "edn";
  throw new HistoryError(`${show(text.trim())} is no event; one JSON object a line was expected`, number);
}

function readJsonLine({ text, number, isUnended }: Line): NumberedEvent {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch (cause) {
    const what = isUnended ? `the last line is torn: ${show(text)}` : `${show(text)} is no JSON`;
    throw new HistoryError(`${what}; one JSON object a line was expected`, number, { cause });
  }
  return checked(event, number);
}

function readEdnLine({ text, number, isUnended }: Line): NumberedEvent[] {
  let forms: unknown[];
  try {
    forms = parseEdn(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const what = isUnended ? "the last line is torn" : "this is no EDN";
    throw new HistoryError(`${what}: ${cause.message}; one map a line was expected`, number, { cause });
  }
  return forms.flatMap((form) => fromEdn(form, number));
}

function readWrappedEdn(lines: Line[]): NumberedEvent[] {
  let forms: unknown;
  try {
    [forms] = parseEdn(lines.map(({ text }) => text).join("\n"));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new HistoryError(`this is no EDN: ${cause.message}`, lines.at(-1)?.number, { cause });
  }
  // Within brackets there may be several events a line: an event is named by its place in the list.
  return (forms as unknown[]).flatMap((form, index) => fromEdn(form, index + 1));
}

/** Jepsen writes down its nemesis too, which is no process of the history, and old histories have no time. */
function fromEdn(form: unknown, line: number): NumberedEvent[] {
  if (typeof form === "object" && form !== null && "process" in form) {
    if (typeof form.process !== "number") return [];
    if (!("time" in form)) return [checked({ ...form, time: line }, line)];
  }
  return [checked(form, line)];
}

function checked(thing: unknown, line: number): NumberedEvent {
  const fault = faultOf(thing);
  if (fault) throw new HistoryError(`the event ${fault}`, line);
  return { event: thing as HistoryEvent, line };
}
