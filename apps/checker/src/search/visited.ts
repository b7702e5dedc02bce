/**
 * The configurations that the search has been in, each a short list of 32-bit integers, compared in full: a hash alone would
 * be a guess. An open-addressing table of places in one growing array, so that memory is known and small.
 */
export class Visited {
  #table = new Int32Array(1 << 10);
  #store = new Int32Array(1 << 12);
  /** Place 0 means empty. */
  #used = 1;
  #count = 0;

  get size(): number {
    return this.#count;
  }

  get bytes(): number {
    return 4 * (this.#table.length + this.#store.length);
  }

  /** Adds the first `length` integers of `words`. O(length) on average. @returns whether they were new. */
  add(words: Int32Array, length: number): boolean {
    const mask = this.#table.length - 1;
    let slot = hash(words, length) & mask;
    for (let place = this.#table[slot]; place; place = this.#table[slot]) {
      if (this.#isAt(place, words, length)) return false;
      slot = (slot + 1) & mask;
    }
    this.#table[slot] = this.#append(words, length);
    this.#count += 1;
    if (this.#count * 2 > this.#table.length) this.#grow();
    return true;
  }

  #isAt(place: number, words: Int32Array, length: number): boolean {
    const store = this.#store;
    if (store[place] !== length) return false;
    for (let index = 0; index < length; index += 1) if (store[place + 1 + index] !== words[index]) return false;
    return true;
  }

  #append(words: Int32Array, length: number): number {
    const place = this.#used;
    this.#used += length + 1;
    if (this.#used > this.#store.length) {
      const larger = new Int32Array(Math.max(2 * this.#store.length, this.#used));
      larger.set(this.#store);
      this.#store = larger;
    }
    this.#store[place] = length;
    for (let index = 0; index < length; index += 1) this.#store[place + 1 + index] = words[index] as number;
    return place;
  }

  #grow(): void {
    this.#table = new Int32Array(2 * this.#table.length);
    const mask = this.#table.length - 1;
    for (let place = 1; place < this.#used; place += (this.#store[place] as number) + 1) {
      const length = this.#store[place] as number;
      let slot = hash(this.#store.subarray(place + 1, place + 1 + length), length) & mask;
      while (this.#table[slot]) slot = (slot + 1) & mask;
      this.#table[slot] = place;
    }
  }
}

/** Each word is mixed in with a multiplication and a rotation, and the whole once more at the end. */
function hash(words: Int32Array, length: number): number {
  let mixed = length;
  for (let index = 0; index < length; index += 1) {
    mixed = Math.imul(mixed ^ (words[index] as number), 0x9e3779b1);
    mixed = (mixed << 13) | (mixed >>> 19);
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
