import * as nodeCrypto from "node:crypto";
import { format, inspect } from "node:util";
import { compileFunction } from "node:vm";
import type { Checkout } from "../checkout.ts";
import { timeGlobals, timersPromises, type VirtualTime } from "./virtual-time.ts";

/** What the code does beside its statements. */
export interface Observer {
  printed(text: string): void;
  exitCalled(code: unknown): void;
}

/** The file has no function `checkout`. */
export class NoCheckout extends Error {
  override readonly name = "NoCheckout";
}

/**
 * Evaluates the compiled file anew, so that no execution can influence a later one by a variable.
 *
 * @throws NoCheckout, or what the file throws.
 */
export function loadCheckout(code: string, time: VirtualTime, observer: Observer): Checkout {
  const timers = timeGlobals(time);
  const print = (...args: unknown[]) => observer.printed(format(...args));
  const own: Record<string, unknown> = {
    ...timers,
    console: { log: print, info: print, warn: print, error: print, debug: print, table: print, trace: print },
    process: processFor(observer),
    Math: mathWithSeed(),
    fetch: unavailable("fetch"),
    WebSocket: undefined,
    AbortSignal: abortSignalFor(timers.setTimeout),
  };
  // Defined, not assigned: an assignment would reach the setters of the real globals.
  const itsGlobal = Object.create(globalThis, Object.getOwnPropertyDescriptors(own));
  for (const name of ["globalThis", "global"]) own[name] = itsGlobal;
  const modules: Record<string, unknown> = {
    crypto: nodeCrypto,
    util: { inspect, format },
    timers,
    "timers/promises": timersPromises(time),
  };
  const module = { exports: {} as Record<string, unknown> };
  const values: Record<string, unknown> = {
    ...own,
    module,
    exports: module.exports,
    require: (name: string) => modules[name.replace(/^node:/, "")],
  };
  compileFunction(code, Object.keys(values), { filename: "checkout.ts" })(...Object.values(values));
  const { checkout } = module.exports;
  if (typeof checkout !== "function") throw new NoCheckout("The file exports no function `checkout`.");
  return checkout as Checkout;
}

/** The process of the buyer's code. It cannot end, because the grader's connection to it must survive. */
function processFor(observer: Observer) {
  const exit = (code: unknown = 0) => {
    observer.exitCalled(code);
    throw new Error(`process.exit(${code}) was called.`);
  };
  const own = { exit, abort: exit, reallyExit: exit, kill: exit, send: undefined, env: {}, argv: [] };
  return Object.create(process, Object.getOwnPropertyDescriptors(own));
}

/** Random delays are explored, whatever they are; equal ones make equal repetitions. */
function mathWithSeed() {
  let state = 20_260_105;
  // mulberry32
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return new Proxy(Math, { get: (target, key) => (key === "random" ? random : Reflect.get(target, key)) });
}

function abortSignalFor(setTimeout: ReturnType<typeof timeGlobals>["setTimeout"]) {
  const timeout = (ms: number) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("The operation timed out.", "TimeoutError")), ms);
    return controller.signal;
  };
  return new Proxy(AbortSignal, {
    get: (target, key) => (key === "timeout" ? timeout : Reflect.get(target, key).bind?.(target)),
  });
}

const unavailable = (name: string) => () => {
  throw new Error(`${name} is not available in the workshop: use the clients that checkout is given.`);
};
