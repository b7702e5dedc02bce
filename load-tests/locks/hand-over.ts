import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * `in-line`: as the shop does it, woken by releases behind each process's own queue. `wake-up`: every contender is woken
 * by releases. `polling`: every contender asks again after 8 to 40 ms. `polling-in-line`: polling, one of each process.
 */
export const handOverKinds = ["in-line", "wake-up", "polling", "polling-in-line"] as const;
export type HandOverKind = (typeof handOverKinds)[number];

export interface Task {
  urls: readonly string[];
  kind: HandOverKind;
  key: string;
  contenders: number;
  milliseconds: number;
}

/** Each contender's waits, in milliseconds, one per turn; the wait that the end cut short is the last one. */
export type Waits = number[][];

export interface HandOver {
  kind: HandOverKind;
  cyclesPerSecond: number;
  p99WaitMs: number;
  longestWaitMs: number;
  fewestTurns: number;
  mostTurns: number;
}

const CONTENDERS = [11, 11, 10];
const worker = fileURLToPath(new URL("./contenders.ts", import.meta.url));

/** Lets 32 contenders of three processes take turns at one key. */
export async function measureHandOver(
  urls: readonly string[],
  kind: HandOverKind,
  seconds: number,
  signal: AbortSignal,
): Promise<HandOver> {
  const key = `bench:${kind}`;
  const processes = CONTENDERS.map(() => fork(worker, { execArgv: ["--import", "tsx"] }));
  const stop = () => {
    for (const child of processes) child.kill();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.all(processes.map((child) => message<"ready">(child)));
    const answers = processes.map((child) => message<Waits>(child));
    for (const [index, child] of processes.entries()) {
      const task: Task = { urls, kind, key, contenders: CONTENDERS[index] ?? 0, milliseconds: seconds * 1_000 };
      child.send(task);
    }
    const contenders = (await Promise.all(answers)).flat();
    const turns = contenders.map((waits) => waits.length - 1);
    const waits = contenders.flat().sort((a, b) => a - b);
    return {
      kind,
      cyclesPerSecond: turns.reduce((sum, count) => sum + count, 0) / seconds,
      p99WaitMs: waits[Math.floor(waits.length * 0.99)] ?? Number.NaN,
      longestWaitMs: waits.at(-1) ?? Number.NaN,
      fewestTurns: Math.min(...turns),
      mostTurns: Math.max(...turns),
    };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once("message", (value) => resolve(value as T));
    child.once("exit", (code) => reject(new Error(`A process of contenders ended early (${code}).`)));
  });
}
