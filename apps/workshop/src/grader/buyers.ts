import { readFile } from "node:fs/promises";
import { letterOf } from "../spec.ts";
import { Buyer } from "./buyer.ts";
import type { CannotJudge } from "./cannot-judge.ts";
import { Fairness } from "./fairness.ts";
import { tooMuchMemory } from "./misconduct.ts";
import type { PracticeDatabase } from "./practice-database.ts";

/** Where a process that is started is written down, so that it is ended if the grader is killed. */
export interface ProcessRecord {
  add(process: { name: string; pid: number; stopSignal: NodeJS.Signals }): Promise<void>;
  remove(pid: number): Promise<void>;
}

/** What grading needs beside the solution. */
export interface Workbench {
  readonly database: PracticeDatabase;
  readonly record: ProcessRecord;
  /** The buyers' program, as `bundleBuyer` has made it. */
  readonly program: string;
}

const MEMORY_POLL_MS = 200;
const MOST_PAGES = (400 * 1024 * 1024) / 4096;

/** The buyers' processes while one solution is graded. */
export class Buyers {
  readonly #code: string;
  readonly #bench: Workbench;
  readonly #buyers: Buyer[] = [];
  #fairness = new Fairness();
  #memoryPoll: NodeJS.Timeout | undefined;
  /** Set when a buyer did something after which the solution cannot be judged. */
  cannotJudge: CannotJudge | undefined;
  onCannotJudge = () => {};

  constructor(code: string, bench: Workbench) {
    this.#code = code;
    this.#bench = bench;
    this.#memoryPoll = setInterval(() => void this.#checkMemory(), MEMORY_POLL_MS);
  }

  /** So many buyers for a new execution, in clean processes. Processes are kept from one execution to the next one. */
  async take(count: number): Promise<readonly Buyer[]> {
    this.#fairness = new Fairness();
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const earlier = this.#buyers[index];
        if (earlier?.isClean) return;
        await earlier?.kill();
        this.#buyers[index] = await this.#start(index);
      }),
    );
    return this.#buyers.slice(0, count);
  }

  get backends(): number[] {
    return this.#buyers.flatMap((buyer) => [...buyer.backends]);
  }

  /** For whom a buyer waits: by PostgreSQL's own account, or because its timer is held. */
  async blockedBy(letter: string): Promise<string[]> {
    const buyer = this.#buyers.find((each) => each.letter === letter);
    const blockers = new Set(buyer?.heldBehind);
    for (const pid of buyer?.waiting ?? []) {
      for (const blocker of await this.#bench.database.blockersOf(pid)) {
        const name = this.nameOfBackend(blocker);
        if (name) blockers.add(name);
      }
    }
    return [...blockers];
  }

  readonly nameOfBackend = (pid: number): string | undefined =>
    this.#buyers.find(({ backends }) => backends.has(pid))?.letter;

  /** Ends the processes in which something of the last execution is left, or all of them if they are not tidy. */
  async tidy(areTidy: boolean): Promise<void> {
    for (const buyer of this.#buyers) if (!areTidy || !buyer.isClean) await buyer.kill();
  }

  async close(): Promise<void> {
    clearInterval(this.#memoryPoll);
    await this.tidy(false);
  }

  #start(index: number): Promise<Buyer> {
    const letter = letterOf(index);
    const { database, record, program } = this.#bench;
    return Buyer.start(letter, this.#code, {
      program,
      databaseUrl: database.buyersUrl,
      started: (pid) => record.add({ name: `buyer-${letter}`, pid, stopSignal: "SIGKILL" }),
      stopped: (pid) => record.remove(pid),
      nameOfBackend: this.nameOfBackend,
      endBackends: (pids) => database.endBackends(pids),
      fairness: () => this.#fairness,
      stepped: () => {
        for (const buyer of this.#buyers) buyer.releaseTimer();
      },
      cannotJudge: (reason) => {
        this.cannotJudge ??= reason;
        this.onCannotJudge();
        // Nothing that the others do matters any more, and each may end as late as this one did.
        void this.tidy(false);
      },
    });
  }

  /** Buffers are not bounded by the heap's size. Only Linux tells cheaply what a process uses. */
  async #checkMemory(): Promise<void> {
    for (const buyer of this.#buyers) {
      const statm = await readFile(`/proc/${buyer?.pid}/statm`, "utf8").catch(() => "");
      if (Number(statm.split(" ")[1] ?? 0) > MOST_PAGES) buyer.giveUp(tooMuchMemory(buyer.letter));
    }
  }
}
