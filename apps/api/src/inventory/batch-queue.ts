import { LockBusy } from "@last-unit/locks";
import { type CheckpointDetail, type CheckpointName, noCheckpoint } from "../checkpoint.ts";
import type { Party, Settled } from "./strategy.ts";

/** A longer queue rejects further buyers with `LOCK_BUSY`, so that memory stays bounded. */
const QUEUE_LIMIT = 2_000;

/** A buyer in the queue. A failure of one member does not affect the others. */
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
    /** When the buyer joined, by the queue's clock. */
    readonly since: number,
  ) {
    this.request = party.request;
    this.#party = party;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const leave = () => this.refuse(new LockBusy("contention"));
    if (party.gone?.aborted) leave();
    else party.gone?.addEventListener("abort", leave, { once: true });
  }

  /**
   * Passes a checkpoint. If it fails, only this buyer's checkout fails. A batch passes `written` after its commit, because
   * COMMIT is sent with the writes: by then the order exists, and its buyer must hear of it.
   */
  readonly pass = async (name: CheckpointName, detail?: CheckpointDetail): Promise<void> => {
    if (!this.isWaiting) return;
    await this.#party.checkpoint(name, detail).catch((error: unknown) => {
      if (name !== "written") this.refuse(error);
    });
  };

  get checkpoint() {
    return this.isWatched ? this.pass : noCheckpoint;
  }

  get isWatched() {
    return this.#party.checkpoint !== noCheckpoint;
  }

  /** Records the result after the commit. The result is final; `tell` delivers it. */
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

  /** Rejects the buyer, unless their order has been committed. */
  refuse(error: unknown): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.#reject(error);
  }
}

/** Waiting buyers, first in, first out. */
export class BatchQueue<Request, Result> {
  #members: Member<Request, Result>[] = [];

  get length(): number {
    return this.#members.length;
  }

  get last(): Member<Request, Result> | undefined {
    return this.#members.at(-1);
  }

  /** @throws LockBusy when the queue is full. */
  async join(party: Party<Request>, now: number): Promise<Result> {
    if (this.#members.length >= QUEUE_LIMIT) throw new LockBusy("contention");
    const member = new Member<Request, Result>(party, now);
    this.#members.push(member);
    return member.result;
  }

  /** Removes and returns the first `most` members that still wait, up to the first one that is not `wanted`. */
  take(most: number, wanted: (request: Request) => boolean = () => true): Member<Request, Result>[] {
    const waiting = this.#members.filter((member) => member.isWaiting);
    const end = waiting.slice(0, most).findIndex(({ request }) => !wanted(request));
    const taken = waiting.splice(0, end < 0 ? most : end);
    this.#members = waiting;
    return taken;
  }

  /** Rejects all members up to and including `last`, or all of them if it is absent. */
  refuse(error: unknown, last?: Member<Request, Result>): void {
    const upTo = last ? this.#members.indexOf(last) + 1 : this.#members.length;
    for (const member of this.#members.splice(0, upTo)) member.refuse(error);
  }
}
