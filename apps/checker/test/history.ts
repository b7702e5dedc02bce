import type { EventType, HistoryEvent } from "../src/history/event.ts";
import type { Operation } from "../src/history/operation.ts";
import { pairEvents } from "../src/history/pair-events.ts";

export function event(time: number, process: number, type: EventType, f: string, value?: unknown): HistoryEvent {
  return { time, process, type, f, value };
}

/** A call and its answer; without `to`, or with `answer` "?", one that was never answered. */
export interface Lines {
  readonly process: number;
  readonly from: number;
  readonly to: number;
  readonly f: string;
  readonly value?: unknown;
  readonly answer?: unknown;
  readonly type?: EventType;
}

/** The events of calls in the order of time; at one and the same time calls come first. */
export function eventsOf(...calls: Lines[]): HistoryEvent[] {
  return calls
    .flatMap(({ process, from, to, f, value, answer, type = "ok" }) => [
      event(from, process, "invoke", f, value),
      event(to, process, type, f, answer),
    ])
    .sort((a, b) => a.time - b.time || Number(a.type !== "invoke") - Number(b.type !== "invoke"));
}

export function operationsOf(...calls: Lines[]): readonly Operation[] {
  return pairEvents(eventsOf(...calls)).operations;
}

/** A reservation of lamps between two moments. */
export function reserve(
  process: number,
  [from, to]: [number, number],
  answer: "sold-out" | number[] | "reserved" | "info" | "fail",
  quantity = 1,
): Lines {
  const call = { process, from, to, f: "reserve", value: { sku: "lamp", quantity } };
  if (answer === "info" || answer === "fail") return { ...call, type: answer };
  if (answer === "sold-out" || answer === "reserved") return { ...call, answer: { outcome: answer } };
  return { ...call, answer: { outcome: "reserved", units: answer } };
}

export function read(process: number, [from, to]: [number, number], stock: number): Lines {
  return { process, from, to, f: "read", value: { sku: "lamp" }, answer: { stock } };
}

export function giveBack(process: number, [from, to]: [number, number], quantity = 1): Lines {
  return { process, from, to, f: "give-back", value: { sku: "lamp", quantity } };
}

export function write(process: number, [from, to]: [number, number], value: unknown): Lines {
  return { process, from, to, f: "write", value, answer: value };
}
