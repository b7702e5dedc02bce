import type { ProcessRecord } from "./process-record.ts";

export interface Command {
  file: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
  container?: string;
}

export interface ServiceSpec {
  /** What people call it: `redis-2`, `replica-1`, `postgres`. */
  name: string;
  logFile: string;
  command(): Command | Promise<Command>;
  /** Whether it does its work now. Must answer within about a second, and never throws. */
  isAnswering(): Promise<boolean>;
  /** How long a start may take, in milliseconds. */
  startWithinMs: number;
  stopSignal: NodeJS.Signals;
  /** After this long it is ended by force, in milliseconds. */
  stopWithinMs: number;
  /** How long it stays down after a death; without it, a growing back-off. */
  restartDelayMs?: number;
  /** What the terminal says beside the death when it stays down for long. */
  restartHint?: string;
  /** The pid of a process that somebody else started in its place; without it, it is never adopted. */
  findAdoptedPid?(): Promise<number | null>;
}

export interface Surroundings {
  record: ProcessRecord;
  report(line: string): void;
  /** Aborted when the whole system stops. */
  ending: AbortSignal;
  /** Called whenever a state or a pid changes. */
  changed(): void;
}
