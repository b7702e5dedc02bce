import { type CheckpointDetail, type CheckpointName, noCheckpoint } from "./checkpoint.ts";
import { LockBusy } from "./lease-store.ts";
import type { Party, Settled } from "./strategy.ts";

/** Longer lines than this are answered `LOCK_BUSY` at once: what cannot be served soon must not be kept in memory. */
const LINE_LIMIT = 2_000;

/** A buyer in line. Whatever happens to one of them is told to nobody else. */
export class Member<Request, Result> implements Party<Request> {
  readonly request: Request;
  readonly result: Promise<Result>;
  isWaiting = true;
  readonly #party: Party<Request>;
  #settled: Settled<Result> | undefined;
  #resolve!: (result: Result) => void;
  #reject!: (error: unknown) => void;

  constructor(
    party: Party<Request>,
    /** When it came, by the clock of the line. */
    readonly since: number,
  ) {
    this.request = party.request;
    this.#party = party;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    party.gone?.addEventListener("abort", () => this.refuse(new LockBusy("contention")), { once: true });
  }

  /** Passes a checkpoint. If that fails, this buyer's checkout has failed, and the others' go on. */
  readonly pass = async (name: CheckpointName, detail?: CheckpointDetail): Promise<void> => {
    if (!this.isWaiting) return;
    await this.#party.checkpoint(name, detail).catch((error: unknown) => this.refuse(error));
  };

  get checkpoint() {
    return this.isWatched ? this.pass : noCheckpoint;
  }

  get isWatched() {
    return this.#party.checkpoint !== noCheckpoint;
  }

  /** After the commit: whatever happens now, this is what the buyer will be told. */
  settle(settled: Settled<Result>): void {
    this.isWaiting = false;
    this.#settled = settled;
  }

  async tell(): Promise<void> {
    const settled = this.#settled;
    if (!settled) return;
    if ("error" in settled) {
      this.#reject(settled.error);
      return;
    }
    try {
      if (settled.committed && this.isWatched) await this.#party.checkpoint("committed");
      this.#resolve(settled.result);
    } catch (error) {
      this.#reject(error);
    }
  }

  /** Sends it away without anything, if nothing was committed for it. */
  refuse(error: unknown): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.#reject(error);
  }
}

/** Buyers in order of arrival. */
export class WaitingLine<Request, Result> {
  #members: Member<Request, Result>[] = [];

  get length(): number {
    return this.#members.length;
  }

  get last(): Member<Request, Result> | undefined {
    return this.#members.at(-1);
  }

  /** @throws LockBusy when the line is too long. */
  async join(party: Party<Request>, now: number): Promise<Result> {
    if (this.#members.length >= LINE_LIMIT) throw new LockBusy("contention");
    const member = new Member<Request, Result>(party, now);
    this.#members.push(member);
    return member.result;
  }

  /** The first ones who are still there. */
  take(most: number): Member<Request, Result>[] {
    const there = this.#members.filter((member) => member.isWaiting);
    this.#members = there.slice(most);
    return there.slice(0, most);
  }

  /** Sends everybody away up to and including `last`; all of them without it. */
  refuse(error: unknown, last?: Member<Request, Result>): void {
    const upTo = last ? this.#members.indexOf(last) + 1 : this.#members.length;
    for (const member of this.#members.splice(0, upTo)) member.refuse(error);
  }
}
