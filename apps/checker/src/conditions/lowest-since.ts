/**
 * A number that changes, and the lowest it has been since any moment. Keeps one entry for each value that is lower than all
 * after it (a monotonic stack), so for integers between a and b at most b − a + 1 entries, however often it changes.
 */
export class LowestSince {
  readonly #moments: number[] = [0];
  readonly #values: number[];
  #moment = 0;

  constructor(value: number) {
    this.#values = [value];
  }

  get value(): number {
    return this.#values.at(-1) as number;
  }

  /** The present, to ask about later. O(1). */
  now(): number {
    return this.#moment;
  }

  /** O(1) amortised. */
  set(value: number): void {
    this.#moment += 1;
    while (this.#values.length > 0 && this.value >= value) {
      this.#values.pop();
      this.#moments.pop();
    }
    this.#values.push(value);
    this.#moments.push(this.#moment);
  }

  /** O(log entries). */
  since(moment: number): number {
    let low = 0;
    let high = this.#moments.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#moments[middle] as number) >= moment) high = middle;
      else low = middle + 1;
    }
    return this.#values[low] as number;
  }
}
