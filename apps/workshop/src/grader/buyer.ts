import type { Process } from "@last-unit/explorer";
import type { BuyerRequest, Outcome, Performed, Report } from "../messages.ts";
import { BuyerChild, type ChildOwner } from "./buyer-child.ts";
import type { BuyerSurroundings, CallEnd } from "./buyer-surroundings.ts";
import { CannotJudge } from "./cannot-judge.ts";
import { answerInWords, ofMisconduct } from "./misconduct.ts";

interface Execution {
  readonly process: Process;
  /** The step that its process does not live to see. */
  readonly killBefore: number;
  readonly resolve: (end: CallEnd) => void;
  announced: number;
  /** Steps that were announced and not taken yet. */
  pending: number;
  /** A timer that must not fire yet, and the buyers that have to take a step before. */
  held?: { readonly timerInMs: number; readonly behind: readonly string[] };
  performing?: (performed: Performed) => void;
  cancelTimer?: () => void;
  ended?: CallEnd;
}

const NEVER_ANSWERED: Performed = { told: "never answered", changed: true };
const POOL_IS_EXHAUSTED: Outcome = {
  kind: "threw",
  text: "waits for a connection, but all connections of its pool are checked out, and none is released",
};

/** A buyer in a process of its own, as a process of the explorer. */
export class Buyer {
  readonly letter: string;
  /** The server processes of its connections. */
  readonly backends = new Set<number>();
  /** Those of them that wait for a lock. */
  readonly waiting = new Set<number>();
  readonly #around: BuyerSurroundings;
  readonly #child: BuyerChild;
  #execution: Execution | undefined;

  private constructor(letter: string, around: BuyerSurroundings) {
    this.letter = letter;
    this.#around = around;
    this.#child = new BuyerChild(letter, around.program, around.databaseUrl, this.#owner);
  }

  /**
   * Starts the process, and loads the compiled solution into it.
   *
   * @throws CannotJudge if the file cannot be evaluated.
   */
  static async start(letter: string, code: string, around: BuyerSurroundings): Promise<Buyer> {
    const buyer = new Buyer(letter, around);
    if (buyer.pid !== undefined) await around.started(buyer.pid);
    const problem = await buyer.#child.load(code);
    if (problem !== undefined) {
      await buyer.kill();
      throw new CannotJudge("NO_CHECKOUT", problem, "The file must export an async function named checkout.");
    }
    return buyer;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the next execution can be run in this process: nothing of the earlier one is left in it. */
  get isClean(): boolean {
    if (this.#child.isEnding) return false;
    if (!this.#execution) return true;
    const { ended, performing } = this.#execution;
    return !performing && ended?.kind === "ended" && ended.unreleased === 0;
  }

  /** Calls checkout. `killBefore`: the process is killed before this one of its steps, counted from 0. */
  run(process: Process, request: BuyerRequest, killBefore = Number.POSITIVE_INFINITY): Promise<CallEnd> {
    return new Promise((resolve) => {
      this.#execution = { process, killBefore, resolve, announced: 0, pending: 0 };
      this.#child.ask({ type: "begin", request });
    });
  }

  async kill(): Promise<void> {
    await this.#child.kill();
    if (this.pid !== undefined) await this.#around.stopped(this.pid);
    await this.#around.endBackends([...this.backends]);
  }

  /** The solution cannot be judged. The execution goes on without this buyer. */
  giveUp(reason: CannotJudge): void {
    this.#child.giveUp(reason);
  }

  readonly #owner: ChildOwner = {
    heard: (message) => {
      switch (message.type) {
        case "backend":
          this.backends.add(message.pid);
          break;
        case "waiting":
          if (message.isWaiting) this.waiting.add(message.pid);
          else this.waiting.delete(message.pid);
          if (this.waiting.size > 0) this.#child.mayBeSilent();
          else this.#child.expectReport();
          this.#execution?.process.recheck();
          break;
        case "report":
          if (this.#execution) this.#onReport(message, this.#execution);
          break;
      }
    },
    ended: (reason) => {
      if (reason) this.#around.cannotJudge(reason);
      this.#around.fairness().ended(this.letter);
      this.#around.stepped();
      this.#execution?.performing?.(NEVER_ANSWERED);
      if (this.#execution) this.#end(this.#execution, { kind: "killed" });
    },
  };

  /** All of a report is applied at once, so that the explorer never sees half of it. */
  #onReport(report: Report, execution: Execution): void {
    this.#child.mayBeSilent();
    const { process } = execution;
    const { performed, ended, timerInMs } = report;
    execution.cancelTimer?.();
    execution.cancelTimer = undefined;
    execution.held = undefined;
    if (report.misconduct) this.giveUp(ofMisconduct(this.letter, report.misconduct));
    for (const text of report.remarks) process.remark(text);
    if (performed) {
      this.waiting.clear();
      if (performed.deadlock !== undefined) process.deadlock(this.#cycleOf(performed.deadlock));
      execution.performing?.(performed);
      execution.performing = undefined;
    }
    for (const name of report.steps) this.#announce(execution, name);
    if (ended) {
      process.remark(answerInWords(ended.outcome));
      this.#end(execution, { kind: "ended", ...ended });
    } else if (report.poolIsExhausted) {
      this.#end(execution, { kind: "ended", outcome: POOL_IS_EXHAUSTED, unreleased: 1 });
    } else if (timerInMs !== undefined) {
      this.#offerTimer(execution, timerInMs);
    } else if (report.steps.length === 0 && !execution.performing && !execution.ended) {
      // It waits for something that is no step: a computation of Node.js, or nothing at all.
      this.#child.expectReport();
    }
  }

  #announce(execution: Execution, name: string): void {
    const { process, killBefore } = execution;
    const index = execution.announced;
    execution.announced += 1;
    execution.pending += 1;
    this.#around.fairness().announced(this.letter);
    if (index > killBefore) return;
    if (index === killBefore) {
      const killed = { name: `its process is killed before: ${name}`, tell: () => "killed" };
      process.step(killed, () => this.kill()).catch(isOver);
      return;
    }
    process
      .step<Performed>(
        {
          name,
          changed: ({ changed }) => changed,
          tell: (result) => ("value" in result ? result.value.told : "never answered"),
        },
        () => this.#perform(execution),
      )
      .catch(isOver);
  }

  /** For whom it waits although it could go on: see `Fairness`. */
  get heldBehind(): readonly string[] {
    return this.#execution?.held?.behind ?? [];
  }

  /** Lets a timer that was held fire, if nobody is passed over any more. */
  releaseTimer(): void {
    const { held } = this.#execution ?? {};
    if (this.#execution && held) this.#offerTimer(this.#execution, held.timerInMs);
  }

  #offerTimer(execution: Execution, timerInMs: number): void {
    const { process } = execution;
    const behind = this.#around.fairness().passedOver(this.letter);
    execution.held = behind.length > 0 ? { timerInMs, behind } : undefined;
    if (execution.held) return;
    execution.cancelTimer = process.clock.after(timerInMs, () => {
      this.#stepped(execution);
      this.#child.ask({ type: "fire", nowMs: process.clock.now() });
    });
  }

  #stepped(execution: Execution): void {
    this.#around.fairness().stepped(this.letter, execution.pending > 0);
    this.#around.stepped();
  }

  #perform(execution: Execution): Promise<Performed> {
    execution.pending -= 1;
    this.#stepped(execution);
    return new Promise((resolve) => {
      if (this.#child.isEnding) {
        resolve(NEVER_ANSWERED);
        return;
      }
      execution.performing = resolve;
      this.#child.ask({ type: "go", nowMs: execution.process.clock.now() });
    });
  }

  #end(execution: Execution, end: CallEnd): void {
    execution.ended ??= end;
    execution.resolve(execution.ended);
  }

  #cycleOf(detail: string): string[] {
    const waiters = [...detail.matchAll(/^Process (\d+) waits for /gm)];
    return waiters.map(([, pid]) => this.#around.nameOfBackend(Number(pid)) ?? "?");
  }
}

/** A step that nobody takes any more fails: the execution has ended, and the buyer with it. */
const isOver = () => {};
