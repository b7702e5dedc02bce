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
  /** The name to display: `redis-2`, `replica-1`, `postgres`. */
  name: string;
  logFile: string;
  command(): Command | Promise<Command>;
  /** Whether the service works now. Resolves within about a second and never rejects. */
  isAnswering(): Promise<boolean>;
  /** How long a start may take, in milliseconds. */
  startWithinMs: number;
  stopSignal: NodeJS.Signals;
  /** Whether the process has an IPC channel for `send`. */
  ipc?: boolean;
  /** How long a stop may take before the process is killed, in milliseconds. */
  stopWithinMs: number;
  /** The delay of a restart after the process died, in milliseconds. Default: a growing back-off. */
  restartDelayMs?: number;
  /** Printed after the message that the process has ended, if the restart delay is long. */
  restartHint?: string;
  /**
   * Finds the pid of a process that another program started on the same port. Without it, such a process is not
   * adopted.
   */
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
