import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * `in-line`: the guard `quorum`, woken by releases behind each process's own queue. `redlock`: the same with the guard on
 * the npm package. `wake-up`: `quorum` without the queue. `polling`: the package alone, every contender asks again after 8
 * to 40 ms. `polling-in-line`: polling, one of each process.
 */
export const handOverKinds = ["in-line", "redlock", "wake-up", "polling", "polling-in-line"] as const;
export type HandOverKind = (typeof handOverKinds)[number];

export interface Task {
  urls: readonly string[];
  kind: HandOverKind;
  key: string;
  contenders: number;
  milliseconds: number;
}

/** One contender's turns, in milliseconds. */
export interface Turns {
  /** One per turn, and as the last one the wait that the end cut short. */
  waits: number[];
  /** From the grant to the end of the release. */
  holds: number[];
}

export interface HandOver {
  kind: HandOverKind;
  cyclesPerSecond: number;
  p50WaitMs: number;
  p99WaitMs: number;
  longestWaitMs: number;
  meanHoldMs: number;
  fewestTurns: number;
  mostTurns: number;
  /** The turns of the process that had the fewest, as a share of all. */
  smallestShare: number;
}

/** How many of them there are in each process. */
export const CROWD = [11, 11, 10];
const worker = fileURLToPath(new URL("./contenders.ts", import.meta.url));

/** Lets the contenders of some processes take turns at one key. */
export async function measureHandOver(
  urls: readonly string[],
  kind: HandOverKind,
  seconds: number,
  signal: AbortSignal,
  contenders: readonly number[] = CROWD,
): Promise<HandOver> {
  const key = `bench:${kind}`;
  const processes = contenders.map(() => fork(worker, { execArgv: ["--import", "tsx"] }));
  const stop = () => {
    for (const child of processes) child.kill();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.all(processes.map((child) => message<"ready">(child)));
    const answers = processes.map((child) => message<Turns[]>(child));
    for (const [index, child] of processes.entries()) {
      const task: Task = { urls, kind, key, contenders: contenders[index] ?? 0, milliseconds: seconds * 1_000 };
      child.send(task);
    }
    const byProcess = await Promise.all(answers);
    const turnsOf = ({ holds }: Turns) => holds.length;
    const turns = byProcess.flat().map(turnsOf);
    const waits = byProcess.flatMap((process) => process.flatMap(({ waits }) => waits)).sort((a, b) => a - b);
    const holds = byProcess.flatMap((process) => process.flatMap(({ holds }) => holds));
    const waitAt = (share: number) => waits[Math.floor(waits.length * share)] ?? Number.NaN;
    return {
      kind,
      cyclesPerSecond: sum(turns) / seconds,
      p50WaitMs: waitAt(0.5),
      p99WaitMs: waitAt(0.99),
      longestWaitMs: waits.at(-1) ?? Number.NaN,
      meanHoldMs: sum(holds) / holds.length,
      fewestTurns: Math.min(...turns),
      mostTurns: Math.max(...turns),
      smallestShare: Math.min(...byProcess.map((process) => sum(process.map(turnsOf)))) / sum(turns),
    };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once("message", (value) => resolve(value as T));
    child.once("exit", (code) => reject(new Error(`A process of contenders ended early (${code}).`)));
  });
}
