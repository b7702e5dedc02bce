import { faultOf, type HistoryEvent, show } from "./event.ts";
import {
  EdnEvents,
  type EventReader,
  expectedForm,
  type FileForm,
  JsonArray,
  JsonLines,
  type Raw,
} from "./event-readers.ts";
import { HistoryError } from "./history-error.ts";
import type { History } from "./operation.ts";
import type { NumberedEvent } from "./order.ts";
import { pairNumbered } from "./pair-events.ts";
import { type Setup, setupOf } from "./setup.ts";
import { type HistorySource, readText } from "./text.ts";

export interface ParseOptions {
  /** Found out from the first characters where absent. */
  readonly format?: "json" | "edn";
  /** Called after each piece of input. */
  readonly onProgress?: (events: number) => void;
}

/** Events that were read together. */
export interface Batch {
  readonly events: readonly NumberedEvent[];
  /** In the first batch that has events, where the history says what it is of. */
  readonly setup?: Setup;
}

/** So much blank text may come before the first event. */
const longestHead = 1_000_000;

/**
 * Reads a history: JSON, one event a line or in an array, or Jepsen's EDN; plain or gzipped. O(n log n) for n events; keeps
 * them all.
 * @throws HistoryError with the line and what was expected.
 */
export async function parseHistory(source: HistorySource, options: ParseOptions = {}): Promise<History> {
  const all: NumberedEvent[] = [];
  for await (const { events } of readEvents(source, options)) {
    for (const event of events) all.push(event);
    options.onProgress?.(all.length);
  }
  if (all.length === 0) throw emptyHistory();
  return pairNumbered(all);
}

export const emptyHistory = () =>
  new HistoryError(`the history is empty; at least one event was expected: ${expectedForm.any}`);

/** The events of a history in batches, without keeping them. O(bytes). @throws HistoryError */
export async function* readEvents(source: HistorySource, options: ParseOptions = {}): AsyncGenerator<Batch> {
  let reader: EventReader | undefined;
  let head = "";
  let setup: Setup | undefined;
  let hasBegun = false;
  const batch = (form: FileForm, raws: Raw[]): Batch => {
    const events: NumberedEvent[] = [];
    for (const raw of raws) {
      const told = isNemesis(raw.value, form) ? setupOf(raw.value, raw.line) : toEvent(raw, form);
      if (told === undefined) continue;
      if ("event" in told) events.push(told);
      else if (setup || hasBegun || events.length > 0) {
        throw new HistoryError("a setup comes once, before the first event of a process", raw.line);
      } else setup = told;
    }
    const isFirst = !hasBegun && events.length > 0;
    hasBegun ||= isFirst;
    return isFirst && setup ? { events, setup } : { events };
  };

  let form: FileForm | undefined;
  for await (const text of readText(source, () => reader?.line ?? 1)) {
    if (!reader) head += text;
    form ??= formOf(head, options.format, false);
    if (!form) continue;
    const piece = reader ? text : head;
    reader ??= readerOf(form);
    yield batch(form, reader.read(piece));
  }
  form ??= formOf(head, options.format, true);
  if (!form) return;
  if (!reader) {
    reader = readerOf(form);
    yield batch(form, reader.read(head));
  }
  yield batch(form, reader.end());
}

function readerOf(form: FileForm): EventReader {
  if (form === "edn") return new EdnEvents();
  return form === "json-array" ? new JsonArray() : new JsonLines();
}

/**
 * The form of a file that begins so. `undefined` while there is too little of it to say.
 * @throws HistoryError where it is none of them.
 */
function formOf(head: string, wanted: "json" | "edn" | undefined, isWhole: boolean): FileForm | undefined {
  // trimStart takes a byte order mark for a blank as well.
  const text = head.trimStart();
  if (text === "") {
    if (head.length > longestHead) throw new HistoryError(`the file begins with blanks only; ${expectedForm.any}`, 1);
    return undefined;
  }
  const isList = text.startsWith("[");
  if (wanted === "edn") return "edn";
  if (wanted === "json") return isList ? "json-array" : "json-lines";
  if (/^[;#(]/.test(text)) return "edn";
  const [, bracket = "", inside = ""] = /^(\[?)[\s,]*([\s\S]{0,200})/.exec(text) as RegExpExecArray;
  const json: FileForm = isList ? "json-array" : "json-lines";
  if (/^[;#(]/.test(inside) || /^\{[\s,]*[:;#]/.test(inside)) return "edn";
  if (/^\{\s*["}]/.test(inside) || (bracket && inside.startsWith("]"))) return json;
  const mayGoOn = inside === "" || /^\{\s*$/.test(inside);
  if (mayGoOn && !isWhole && head.length < longestHead) return undefined;
  if (mayGoOn && isWhole) return json;
  const line = head.slice(0, head.length - text.length).split("\n").length;
  const [first = ""] = text.split("\n", 1);
  throw new HistoryError(`${show(first.trim())} is no event; ${expectedForm.any}`, line);
}

/** Jepsen writes down what its nemesis does, whose process is a name or nil. It is no process of the history. */
function isNemesis(value: unknown, form: FileForm): value is object {
  if (typeof value !== "object" || value === null || !("process" in value)) return false;
  const { process } = value;
  if (process === null || process === "nemesis") return true;
  return form === "edn" && typeof process === "string" && !/^\d+$/.test(process);
}

/** @throws HistoryError */
function toEvent({ value, line }: Raw, form: FileForm): NumberedEvent {
  // Jepsen's old histories have no times.
  const isTimeless = form === "edn" && typeof value === "object" && value !== null && !("time" in value);
  const event = isTimeless ? { ...value, time: line } : value;
  const fault = faultOf(event);
  if (fault) throw new HistoryError(`the event ${fault}; ${expectedForm[form]}`, line);
  return { event: event as HistoryEvent, line };
}
