/** Which operations have been put in order: a set of bits that can be written down in few words. */
export class Done {
  readonly #words: Int32Array;
  /** All words below are full. */
  #low = 0;
  /** All words above are empty. */
  #high = -1;

  /** In words. */
  readonly size: number;

  constructor(size: number) {
    this.size = (size + 31) >>> 5;
    this.#words = new Int32Array(this.size);
  }

  has(index: number): boolean {
    return (((this.#words[index >>> 5] as number) >>> (index & 31)) & 1) === 1;
  }

  add(index: number): void {
    const word = index >>> 5;
    this.#words[word] = (this.#words[word] as number) | (1 << (index & 31));
    if (word > this.#high) this.#high = word;
    while (this.#low < this.#words.length && this.#words[this.#low] === -1) this.#low += 1;
  }

  delete(index: number): void {
    const word = index >>> 5;
    this.#words[word] = (this.#words[word] as number) & ~(1 << (index & 31));
    if (word < this.#low) this.#low = word;
    while (this.#high >= 0 && this.#words[this.#high] === 0) this.#high -= 1;
  }

  /**
   * Writes the set to `words` from `at`: the number of full words, then those that are neither full nor empty, then their
   * number, so that no two sets are written alike. In a history the middle is as short as the calls that were open at once.
   * @returns the place behind it.
   */
  writeTo(words: Int32Array, at: number): number {
    let place = at;
    words[place++] = this.#low;
    for (let word = this.#low; word <= this.#high; word += 1) words[place++] = this.#words[word] as number;
    words[place] = place - at;
    return place + 1;
  }
}
