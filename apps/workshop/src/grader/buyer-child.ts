import { type ChildProcess, spawn } from "node:child_process";
import type { FromBuyer, ToBuyer } from "../messages.ts";
import { CannotJudge } from "./cannot-judge.ts";
import { ofExit } from "./misconduct.ts";

/** A buyer's code is silent for so long only if it never ends. */
const SILENT_MS = 5_000;
const PONG_MS = 1_000;
const HEAP_MB = 128;

/** Who owns the child hears what it says, and that it has ended. */
export interface ChildOwner {
  heard(message: Exclude<FromBuyer, { type: "ready" | "loaded" | "pong" }>): void;
  /** It has ended, or is about to. Without a reason its owner has killed it. */
  ended(reason?: CannotJudge): void;
}

/** The process of a buyer: how it is started, spoken to, watched and killed. */
export class BuyerChild {
  readonly #letter: string;
  readonly #owner: ChildOwner;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #stderr = "";
  #code = "";
  #loaded: ((problem?: string) => void) | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #isEnding = false;

  /** @param program what `bundleBuyer` has made. */
  constructor(letter: string, program: string, databaseUrl: string, owner: ChildOwner) {
    this.#letter = letter;
    this.#owner = owner;
    this.#child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, program], {
      // A group of its own: Ctrl-C in a terminal reaches the grader alone.
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    });
    this.#exited = new Promise((resolve) => {
      const end = (code: number | null, by: NodeJS.Signals | null) => {
        this.#onExit(code, by);
        resolve();
      };
      this.#child.once("error", () => end(null, null));
      this.#child.once("exit", end);
    });
    this.#child.stderr?.on("data", (part: Buffer) => {
      this.#stderr = (this.#stderr + part.toString()).slice(-4_000);
    });
    this.#child.on("message", (message: FromBuyer) => this.#onMessage(message));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Evaluates the compiled solution in the process. Resolves to what is wrong with it, if anything is. */
  load(code: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const bound = setTimeout(() => resolve("The file is evaluated without end."), 2 * SILENT_MS);
      this.#loaded = (problem) => {
        clearTimeout(bound);
        resolve(problem);
      };
      this.#code = code;
    });
  }

  /** Sends something that the process is to answer before long. */
  ask(message: ToBuyer): void {
    this.expectReport();
    this.#send(message);
  }

  /** From now on a long silence means that the code never ends. */
  expectReport(): void {
    this.mayBeSilent();
    if (this.#isEnding) return;
    this.#watchdog = setTimeout(() => {
      this.#send({ type: "ping" });
      this.#watchdog = setTimeout(() => {
        const text = `Buyer ${this.#letter} has computed for ${(SILENT_MS + PONG_MS) / 1_000} s without a statement or a timer.`;
        this.giveUp(new CannotJudge("DOES_NOT_END", text, "Look for a loop that never ends and awaits nothing."));
      }, PONG_MS);
    }, SILENT_MS);
  }

  /** It has reported, or waits for a lock. */
  mayBeSilent(): void {
    clearTimeout(this.#watchdog);
  }

  giveUp(reason: CannotJudge): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.mayBeSilent();
    this.#owner.ended(reason);
    this.#child.kill("SIGKILL");
  }

  async kill(): Promise<void> {
    this.#isEnding = true;
    this.mayBeSilent();
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  #send(message: ToBuyer): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #onMessage(message: FromBuyer): void {
    if (message.type === "ready") this.#send({ type: "load", code: this.#code });
    else if (message.type === "loaded") this.#loaded?.(message.problem);
    else if (message.type !== "pong") this.#owner.heard(message);
    else {
      const text = `Buyer ${this.#letter} has waited for ${SILENT_MS / 1_000} s, but neither for a statement nor for a timer.`;
      this.giveUp(new CannotJudge("WAITS_FOR_NOTHING", text, "Look for a promise that is never resolved."));
    }
  }

  #onExit(code: number | null, by: NodeJS.Signals | null): void {
    const isExpected = this.#isEnding;
    this.#isEnding = true;
    this.mayBeSilent();
    this.#loaded?.("The process ended while it evaluated the file.");
    this.#owner.ended(isExpected ? undefined : ofExit(this.#letter, code, by, this.#stderr));
  }
}
