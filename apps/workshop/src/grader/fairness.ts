/** A buyer that can take a step is not passed over more often by buyers that wait for timers. */
const MOST_TIMES_PASSED_OVER = 24;

/**
 * Two buyers that try again and again could keep each other busy for ever, while a third one, for whom both wait, is never
 * let go on. No real system is so unfair, so a timer does not fire while another buyer has been passed over for long.
 */
export class Fairness {
  #steps = 0;
  readonly #waitingSince = new Map<string, number>();

  /** The buyer can take a step. */
  announced(letter: string): void {
    if (!this.#waitingSince.has(letter)) this.#waitingSince.set(letter, this.#steps);
  }

  /** The buyer has taken a step. `canGoOn`: it can take another one already. */
  stepped(letter: string, canGoOn: boolean): void {
    this.#steps += 1;
    this.#waitingSince.delete(letter);
    if (canGoOn) this.announced(letter);
  }

  /** The buyer's process has ended: it waits for nothing any more. */
  ended(letter: string): void {
    this.#waitingSince.delete(letter);
  }

  /** The other buyers that have been passed over for too long. */
  passedOver(letter: string): string[] {
    return [...this.#waitingSince]
      .filter(([other, since]) => other !== letter && this.#steps - since > MOST_TIMES_PASSED_OVER)
      .map(([other]) => other);
  }
}
