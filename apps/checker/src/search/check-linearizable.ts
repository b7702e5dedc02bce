import type { Operation } from "../history/operation.ts";
import type { AnyModel } from "../models/model.ts";
import { type Bounds, type Found, findOrder } from "./find-order.ts";
import { type Part, partition } from "./partition.ts";

export type Linearizability =
  /** `order`: places in the list of operations; what is not in it never happened. One order for each part, one behind the other. */
  | { readonly verdict: "linearizable"; readonly order: readonly number[]; readonly configurations: number }
  | { readonly verdict: "not-linearizable"; readonly part: StuckPart; readonly configurations: number }
  | { readonly verdict: "unknown"; readonly reason: string; readonly configurations: number };

/** The objects whose history is not linearizable. */
export interface StuckPart {
  readonly keys: readonly string[];
  /** The operations on them that were called up to the time at which every order was stuck. They are not linearizable either. */
  readonly operations: readonly Operation[];
}

/**
 * Whether a correct object could have answered like this: whether there is one order of the operations, each taking effect at
 * a moment between its call and its answer, in which the model allows every answer (Herlihy and Wing 1990).
 *
 * Each part of the history is checked apart; see `findOrder` for the complexity. The answer is `unknown` when the bounds are
 * reached, and never a guess.
 *
 * @throws HistoryError where the model does not understand an operation.
 */
export function checkLinearizable(
  operations: readonly Operation[],
  model: AnyModel,
  { timeMs = 60_000, memoryMb = 512, onProgress }: Bounds = {},
): Linearizability {
  const calls = operations.map((operation) => model.interpret(operation));
  const deadline = performance.now() + timeMs;
  const order: number[] = [];
  let configurations = 0;
  let unknown: string | undefined;
  for (const part of partition(calls.map((call) => model.keys(call)))) {
    const own = part.calls.map((index) => operations[index] as Operation);
    const progress = onProgress && ((more: number) => onProgress(configurations + more));
    const found = checkPart(own, part, { calls, model, deadline, memoryMb, onProgress: progress });
    configurations += found.configurations;
    if (found.verdict === "not-linearizable") {
      const part_ = { keys: part.keys, operations: upTo(own, found.stuckAt) };
      return { verdict: "not-linearizable", part: part_, configurations };
    }
    if (found.verdict === "linearizable") order.push(...found.order.map((index) => part.calls[index] as number));
    // Another part may still be impossible, and that would be an answer.
    else unknown ??= reasonOf(found.because, { timeMs, memoryMb, keys: part.keys, configurations });
  }
  if (unknown) return { verdict: "unknown", reason: unknown, configurations };
  return { verdict: "linearizable", order, configurations };
}

function checkPart(
  own: readonly Operation[],
  { keys, calls: indices }: Part,
  {
    calls,
    model,
    ...limits
  }: { calls: unknown[]; model: AnyModel; deadline: number; memoryMb: number; onProgress?: Bounds["onProgress"] },
): Found {
  const plain = indices.map((index) => calls[index]);
  const prepared = model.prepare?.(keys, plain) ?? plain;
  return findOrder(own, prepared, { model, start: model.start(keys, prepared) }, limits);
}

function upTo(operations: readonly Operation[], time: number): Operation[] {
  return operations.filter(({ calledAt }) => calledAt <= time);
}

function reasonOf(
  because: "time" | "memory",
  {
    timeMs,
    memoryMb,
    keys,
    configurations,
  }: { timeMs: number; memoryMb: number; keys: readonly string[]; configurations: number },
): string {
  const bound = because === "time" ? `${timeMs / 1000} s of time` : `${memoryMb} MB of memory`;
  const what = `${keys.length} object${keys.length === 1 ? "" : "s"} (${keys.slice(0, 3).join(", ")}${keys.length > 3 ? ", …" : ""})`;
  return `the search used up its ${bound} on ${what} after ${configurations} configurations, without an answer either way`;
}
