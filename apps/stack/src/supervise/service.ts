import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLines } from "../last-lines.ts";
import { StackError } from "../stack-error.ts";
import { restartDelayMs } from "./back-off.ts";
import { childrenOf, processStart } from "./process-identity.ts";
import type { ServiceSpec, Surroundings } from "./service-spec.ts";
import { signalPid } from "./signal-pid.ts";

export type ServiceState = "starting" | "running" | "restarting" | "stopped" | "paused" | "adopted";

const PROVEN_AFTER_MS = 60_000;

/**
 * Supervises one process: starts it, watches it, and restarts it after it died. The process has a separate process group, so
 * that Ctrl-C in the terminal reaches only the stack, which then stops all services in sequence.
 */
export class Service {
  readonly spec: ServiceSpec;
  state: ServiceState = "stopped";
  pid: number | null = null;
  readonly #around: Surroundings;
  #child: ChildProcess | undefined;
  #failures = 0;
  #startedAt = 0;
  /** Incremented by each start, stop and death. A pending operation is obsolete if the number has changed. */
  #turn = 0;

  constructor(spec: ServiceSpec, around: Surroundings) {
    this.spec = spec;
    this.#around = around;
  }

  get name(): string {
    return this.spec.name;
  }

  /**
   * @throws StackError when it ends or does not answer within `startWithinMs`; its log's last lines are in the message.
   */
  async start(): Promise<void> {
    if (this.#child || this.state === "adopted") return;
    const turn = ++this.#turn;
    this.#become("starting");
    const child = await this.#spawn(turn);
    const giveUpAt = Date.now() + this.spec.startWithinMs;
    while (Date.now() < giveUpAt) {
      if (this.#turn !== turn) throw new StackError(`${this.name} was stopped while it started.`);
      if (child.exitCode !== null || child.signalCode !== null || this.#child !== child) break;
      if (await this.spec.isAnswering()) {
        if (this.#turn === turn) this.#become("running");
        return;
      }
      await sleep(50);
    }
    const why = this.#child === child ? `did not answer within ${this.spec.startWithinMs / 1000} s` : "ended at once";
    throw new StackError(
      `${this.name} ${why}. The end of ${this.spec.logFile}:\n${await lastLines(this.spec.logFile)}`,
    );
  }

  /** Stops it and leaves it stopped. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#turn++;
    const child = this.#child;
    const adopted = this.state === "adopted" ? this.pid : null;
    this.#become("stopped");
    if (adopted !== null) signalPid(adopted, this.spec.stopSignal);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((done) => child.once("exit", () => done()));
    await this.#signalAll("SIGCONT");
    signalPid(child.pid, this.spec.stopSignal);
    const inTime = await Promise.race([gone.then(() => true), sleep(this.spec.stopWithinMs, false, { ref: false })]);
    if (!inTime) {
      await this.#signalAll("SIGKILL");
      await gone;
    }
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Kills the process, as a power failure would. The supervision continues and restarts it. */
  async kill(): Promise<void> {
    const { pid } = this;
    if (pid === null) throw new StackError(`${this.name} is not running, so it cannot be killed.`);
    signalPid(pid, "SIGKILL");
    for (let tries = 0; tries < 50 && this.pid === pid; tries++) await sleep(20);
  }

  /** Pauses the process, as a long garbage collection or a suspended machine would. */
  async pause(): Promise<void> {
    if (this.pid === null) throw new StackError(`${this.name} is not running, so it cannot be paused.`);
    await this.#signalAll("SIGSTOP");
    this.#become("paused");
  }

  async resume(): Promise<void> {
    if (this.state !== "paused") throw new StackError(`${this.name} is not paused.`);
    await this.#signalAll("SIGCONT");
    this.#become(this.#child ? "running" : "adopted");
  }

  /** Sends a message over IPC. Does nothing if the process is down. */
  send(message: object): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  async #spawn(turn: number): Promise<ChildProcess> {
    const { file, args, env, cwd, uid, gid, container } = await this.spec.command();
    const log = await open(this.spec.logFile, "a", 0o600);
    const stdio: StdioOptions = ["ignore", log.fd, log.fd, ...(this.spec.ipc ? ["ipc" as const] : [])];
    const { name, stopSignal } = this.spec;
    let child: ChildProcess;
    let recording: Promise<void> | undefined;
    try {
      child = spawn(file, args, { cwd, env, uid, gid, detached: true, stdio });
      // Before anything is waited for: the stack may be killed at any moment.
      if (child.pid) recording = this.#around.record.add({ name, pid: child.pid, stopSignal, container });
      await new Promise<void>((done, fail) => {
        child.once("spawn", done);
        child.once("error", fail);
      });
    } finally {
      await log.close();
    }
    const pid = child.pid as number;
    if (this.#turn !== turn) {
      child.once("exit", () => void this.#around.record.remove(pid));
      signalPid(pid, "SIGKILL");
      throw new StackError(`${this.name} was stopped while it started.`);
    }
    this.#child = child;
    this.pid = pid;
    this.#startedAt = Date.now();
    child.once("exit", (code, signal) => this.#ended(child, signal ?? `code ${code}`));
    await recording;
    this.#around.changed();
    return child;
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    void this.#around.record.remove(child.pid as number);
    const wasUp = this.state === "running" || this.state === "paused" || this.state === "restarting";
    this.pid = null;
    if (!wasUp) {
      this.#around.changed();
      return;
    }
    if (Date.now() - this.#startedAt > PROVEN_AFTER_MS) this.#failures = 0;
    this.#failures++;
    void this.#comeBack(how);
  }

  async #comeBack(how: string): Promise<void> {
    const turn = ++this.#turn;
    this.#become("restarting");
    const delayMs = this.spec.restartDelayMs ?? restartDelayMs(this.#failures);
    const hint = delayMs >= 1000 && this.spec.restartHint ? ` ${this.spec.restartHint}` : "";
    this.#around.report(`${this.name} ended (${how}); it starts again in ${delayMs / 1000} s.${hint}`);
    const dueAt = Date.now() + delayMs;
    while (Date.now() < dueAt) {
      await sleep(Math.min(500, Math.max(1, dueAt - Date.now())), undefined, { ref: false });
      if (this.#turn !== turn) return;
      if (await this.#adopt(turn)) return;
    }
    if (this.#turn !== turn || (await this.#adopt(turn))) return;
    try {
      const child = await this.#spawn(turn);
      const giveUpAt = Date.now() + this.spec.startWithinMs;
      while (this.#child === child && this.#turn === turn && Date.now() < giveUpAt) {
        if (await this.spec.isAnswering()) {
          if (this.#child !== child || this.#turn !== turn) return;
          this.#become("running");
          this.#around.report(`${this.name} answers again.`);
          return;
        }
        await sleep(50);
      }
      // The process runs but does not answer. Killing it leads to a restart with a longer delay.
      if (this.#child === child && this.#turn === turn) void this.kill();
    } catch (error) {
      if (this.#turn !== turn) return;
      this.#failures++;
      void this.#comeBack((error as Error).message);
    }
  }

  /** If another program has started the service on the same port, watches that process. */
  async #adopt(turn: number): Promise<boolean> {
    if (!this.spec.findAdoptedPid || !(await this.spec.isAnswering())) return false;
    const pid = await this.spec.findAdoptedPid();
    if (this.#turn !== turn) return true;
    this.pid = pid;
    this.#startedAt = Date.now();
    this.#become("adopted");
    this.#around.report(`${this.name} answers again: another program started it${pid ? ` (process ${pid})` : ""}.`);
    void this.#watchAdopted(turn);
    return true;
  }

  async #watchAdopted(turn: number): Promise<void> {
    const pid = this.pid;
    const start = pid === null ? undefined : await processStart(pid);
    if (pid !== null && start) {
      await this.#around.record.add({ name: this.name, pid, stopSignal: this.spec.stopSignal });
    }
    for (;;) {
      await sleep(1000, undefined, { ref: false });
      if (this.#turn !== turn) return;
      const lives = pid !== null && start ? (await processStart(pid)) === start : await this.spec.isAnswering();
      if (this.#turn !== turn) return;
      if (!lives) break;
    }
    if (pid !== null) await this.#around.record.remove(pid);
    this.pid = null;
    this.#failures++;
    void this.#comeBack("somebody else's process is gone");
  }

  /**
   * Signals the process and its children. PostgreSQL serves clients in child processes with separate process groups, so
   * pausing the parent is not enough.
   */
  async #signalAll(signal: NodeJS.Signals): Promise<void> {
    if (this.pid === null) return;
    const children = await childrenOf(this.pid);
    for (const pid of [this.pid, ...children]) signalPid(pid, signal);
  }

  #become(state: ServiceState): void {
    this.state = state;
    this.#around.changed();
  }
}
