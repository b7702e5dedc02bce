import type { Operation } from "../history/operation.ts";
import type { AnyModel } from "../models/model.ts";
import { Branches } from "./branches.ts";
import { Done } from "./done.ts";
import { Timeline } from "./timeline.ts";
import { Visited } from "./visited.ts";

/** What the search may use. After that its answer is `unknown`. */
export interface Bounds {
  /** Milliseconds; 60,000 where absent. */
  readonly timeMs?: number;
  /** Megabytes for the configurations that it remembers; 512 where absent. */
  readonly memoryMb?: number;
  /** Called now and then during long work, with the number of configurations so far. */
  readonly onProgress?: (configurations: number) => void;
}

export type Found =
  | { readonly verdict: "linearizable"; readonly order: readonly number[]; readonly configurations: number }
  /** `stuckAt`: in no order could all operations be accounted for that were answered up to this time. */
  | { readonly verdict: "not-linearizable"; readonly stuckAt: number; readonly configurations: number }
  | { readonly verdict: "unknown"; readonly because: "time" | "memory"; readonly configurations: number };

/** How many steps pass between two looks at the clock. */
const stepsBetweenLooks = 2048;

/**
 * Searches for a linearization: Wing and Gong's search (1993), which tries the open calls one after another and backtracks
 * when none fits. Like Lowe (2017) it remembers the visited configurations (the completed calls and the resulting state), so
 * that it explores each only once.
 *
 * Exponential in the number of calls that are open at once, at worst, and linear in the length of the history; for a stock,
 * where most calls are interchangeable, polynomial in both.
 *
 * @param operations those of one part, and `calls` what they mean.
 */
export function findOrder(
  operations: readonly Operation[],
  calls: readonly unknown[],
  { model, start }: { model: AnyModel; start: unknown },
  { deadline, memoryMb, onProgress }: { deadline: number; memoryMb: number; onProgress?: Bounds["onProgress"] },
): Found {
  const timeline = new Timeline(operations);
  const branches = new Branches(timeline, calls, model);
  const done = new Done(timeline.answered.length);
  const happened = new Done(timeline.unanswered.length);
  const visited = new Visited();
  const stateIds = model.isOrderFree?.(calls) ? undefined : new Map<string | number, number>();
  const words = new Int32Array(done.size + happened.size + 8);
  const isNew = (state: unknown): boolean => {
    let length = happened.writeTo(words, done.writeTo(words, 0));
    if (stateIds) words[length++] = idOf(stateIds, model.key(state));
    return visited.add(words, length);
  };

  /** The operations in order so far, as branch numbers, and the states between them. */
  const order: number[] = [];
  const states: unknown[] = [start];
  let furthest = 0;
  let steps = 0;

  openLevel(start);
  while (true) {
    if (branches.isDone) {
      return {
        verdict: "linearizable",
        order: order.map((branch) => branches.operationOf(branch)),
        configurations: visited.size,
      };
    }
    steps += 1;
    if (steps % stepsBetweenLooks === 0) {
      if (performance.now() > deadline) return { verdict: "unknown", because: "time", configurations: visited.size };
      if (visited.bytes > memoryMb * 2 ** 20)
        return { verdict: "unknown", because: "memory", configurations: visited.size };
      onProgress?.(visited.size);
    }

    const branch = branches.take();
    if (branch === undefined) {
      // Stuck: undo the latest operation and go on with the one after it.
      const last = order.pop();
      if (last === undefined) {
        const answer = timeline.answered[timeline.operationAt[furthest] as number] as number;
        const stuckAt = (operations[answer] as Operation).answeredAt;
        return { verdict: "not-linearizable", stuckAt, configurations: visited.size };
      }
      states.pop();
      branches.close();
      undo(last);
      continue;
    }
    const state = model.step(states.at(-1), calls[branches.operationOf(branch)]);
    if (state === undefined) continue;
    apply(branch);
    if (branches.isForced) branches.dropAll();
    else if (!isNew(state)) {
      undo(branch);
      continue;
    }
    order.push(branch);
    states.push(state);
    openLevel(state);
  }

  function openLevel(state: unknown): void {
    branches.open(done, happened);
    if (branches.isDone) return;
    furthest = Math.max(furthest, branches.waitingFor);
    if (model.isWithinReach?.(state, branches.nextAnswered, branches.openCalls) === false) branches.dropAll();
  }

  function apply(branch: number): void {
    const unanswered = branch - timeline.answered.length;
    if (unanswered >= 0) happened.add(unanswered);
    else {
      done.add(branch);
      timeline.lift(branch);
    }
  }

  function undo(branch: number): void {
    const unanswered = branch - timeline.answered.length;
    if (unanswered >= 0) happened.delete(unanswered);
    else {
      done.delete(branch);
      timeline.putBack(branch);
    }
  }
}

function idOf(ids: Map<string | number, number>, key: string | number): number {
  const known = ids.get(key);
  if (known !== undefined) return known;
  ids.set(key, ids.size);
  return ids.size - 1;
}
