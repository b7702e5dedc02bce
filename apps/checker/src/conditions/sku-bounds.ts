import type { Operation } from "../history/operation.ts";
import { LowestSince } from "./lowest-since.ts";

/**
 * Between what the stock of one SKU must lie at each moment, whatever the order of events was.
 *
 * At least: all that may have been taken by now was (each reservation since its call, whether answered or not), and only
 * what has certainly come back did. At most: only what has certainly been taken was, and all that may have come back did.
 */
export class SkuBounds {
  readonly #least: LowestSince;
  /** With the sign turned, so that its lowest is the most. */
  readonly #negatedMost: LowestSince;
  /** Sold for certain. */
  sold = 0;
  /** May have come back by now. */
  mayBeBack = 0;
  /** May have been taken by now. */
  mayBeTaken = 0;
  /** Of those that may have come back, without a number. */
  unnamedBack = 0;
  /** Which units were sold and given back how often. */
  readonly units = new Map<number, UnitUse>();
  readonly initial: number;
  readonly edition: number;

  constructor(initial: number, edition: number) {
    this.initial = initial;
    this.edition = edition;
    this.#least = new LowestSince(initial);
    this.#negatedMost = new LowestSince(-initial);
  }

  get least(): number {
    return this.#least.value;
  }

  get most(): number {
    return -this.#negatedMost.value;
  }

  mayTake(quantity: number): void {
    this.mayBeTaken += quantity;
    this.#least.set(this.#least.value - quantity);
  }

  hasTaken(quantity: number): void {
    this.sold += quantity;
    this.#negatedMost.set(this.#negatedMost.value + quantity);
  }

  mayPutBack(quantity: number): void {
    this.mayBeBack += quantity;
    this.#negatedMost.set(this.#negatedMost.value - quantity);
  }

  hasPutBack(quantity: number): void {
    this.#least.set(this.#least.value + quantity);
  }

  now(): Moment {
    return { least: this.#least.now(), most: this.#negatedMost.now() };
  }

  /** The lowest that the lower bound, and the highest that the upper bound has been since. O(log of the edition). */
  since({ least, most }: Moment): { least: number; most: number } {
    return { least: this.#least.since(least), most: -this.#negatedMost.since(most) };
  }
}

export interface Moment {
  readonly least: number;
  readonly most: number;
}

export interface UnitUse {
  sold: number;
  mayBeBack: number;
  /** The operation that sold it last. */
  soldBy: Operation;
}
