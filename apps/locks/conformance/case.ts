import type { Bench, Client } from "./bench.ts";
import type { Grant } from "./worker-calls.ts";

export interface Case {
  number: number;
  /** In two words. */
  name: string;
  title: string;
  /** What happens, in order: the smallest reproduction. */
  steps: readonly string[];
  /** An observation describes what any lock of this kind does, or a figure; it never fails. */
  gives: "verdict" | "observation";
  run(bench: Bench): Promise<Result>;
}

export type Outcome = "pass" | "fail" | "not applicable" | "observation";

export interface Result {
  outcome: Outcome;
  /** What was observed, in a sentence or two. */
  finding: string;
  /** Who believed to hold the lock. */
  beliefs?: readonly Belief[];
  figures?: Readonly<Record<string, number>>;
}

export interface Belief {
  client: string;
  /** In milliseconds since the first belief of the case, by the machine's monotonic clock. */
  fromMs: number;
  /** The end of the validity that the client was told, or of the TTL where the package tells none. */
  untilMs: number;
  clock: string;
}

type Details = Pick<Result, "beliefs" | "figures">;

export const pass = (finding: string, details?: Details): Result => ({ outcome: "pass", finding, ...details });
export const fail = (finding: string, details?: Details): Result => ({ outcome: "fail", finding, ...details });
export const observed = (finding: string, details?: Details): Result => ({
  outcome: "observation",
  finding,
  ...details,
});
export const notApplicable = (finding: string): Result => ({ outcome: "not applicable", finding });

/** What the holders of one lock believed. */
export function beliefs(ttlMs: number, ...held: readonly [Client, Grant][]): Belief[] {
  const began = Math.min(...held.map(([, { atMs }]) => atMs));
  return held.map(([{ name }, { atMs, remainingMs }]) => ({
    client: name,
    fromMs: Math.round(atMs - began),
    untilMs: Math.round(atMs - began + (remainingMs ?? ttlMs)),
    clock: remainingMs === undefined ? "TTL from the grant; the package tells no validity" : "the package's validity",
  }));
}

/** What a client was told: a grant, a refusal with its reason, or nothing within the bound. */
export type Told = { grant: Grant } | { refusal: string } | { silentMs: number };

export async function told(answer: Promise<Grant>): Promise<Told> {
  try {
    return { grant: await answer };
  } catch (error) {
    if (error instanceof Error && "boundMs" in error) return { silentMs: Number(error.boundMs) };
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}

export const seconds = (ms: number) => `${(ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)} s`;

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
