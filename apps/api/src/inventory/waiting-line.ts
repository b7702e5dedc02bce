import type { CheckpointDetail, CheckpointName } from "./checkpoint.ts";
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
  #resolve!: (result: Result) => void;
  #reject!: (error: unknown) => void;

  constructor(
    party: Party<Request>,
    readonly skus: readonly string[],
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
    return this.pass;
  }

  /** After the commit. */
  async answer(settled: Settled<Result>): Promise<void> {
    if ("error" in settled) {
      this.refuse(settled.error);
      return;
    }
    const { result, committed } = settled;
    this.isWaiting = false;
    try {
      if (committed) await this.#party.checkpoint("committed");
      this.#resolve(result);
    } catch (error) {
      this.#reject(error);
    }
  }

  refuse(error: unknown): void {
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
  async join(party: Party<Request>, skus: readonly string[], now: number): Promise<Result> {
    if (this.#members.length >= LINE_LIMIT) throw new LockBusy("contention");
    const member = new Member<Request, Result>(party, skus, now);
    this.#members.push(member);
    return member.result;
  }

  /** The products that the first `most` buyers want, and few more products than that. Empty when nobody is left. */
  wanted(most: number): Set<string> {
    this.#members = this.#members.filter((member) => member.isWaiting);
    const skus = new Set<string>();
    for (const member of this.#members.slice(0, most)) {
      for (const sku of member.skus) skus.add(sku);
      if (skus.size >= most) break;
    }
    return skus;
  }

  /** The first ones who are still there and want nothing but `skus`. Nobody overtakes another on the way to a product. */
  take(most: number, skus: ReadonlySet<string>): Member<Request, Result>[] {
    const taken: Member<Request, Result>[] = [];
    const left: Member<Request, Result>[] = [];
    const wantedBefore = new Set<string>();
    for (const member of this.#members) {
      if (!member.isWaiting) continue;
      if (taken.length < most && member.skus.every((sku) => skus.has(sku) && !wantedBefore.has(sku))) {
        taken.push(member);
      } else {
        left.push(member);
        for (const sku of member.skus) wantedBefore.add(sku);
      }
    }
    this.#members = left;
    return taken;
  }

  /** Sends everybody away up to and including `last`; all of them without it. */
  refuse(error: unknown, last?: Member<Request, Result>): void {
    const upTo = last ? this.#members.indexOf(last) + 1 : this.#members.length;
    for (const member of this.#members.splice(0, upTo)) if (member.isWaiting) member.refuse(error);
  }
}
