import type { Bench } from "./figure.ts";

/**
 * Lets the sides take turns, the order turning about with every round, so that what changes with time (a warm cache, a
 * busy neighbour) meets all of them. Returns each side's results, one a round.
 */
export async function takeTurns<T>(bench: Bench, sides: readonly (() => Promise<T>)[]): Promise<T[][]> {
  const results: T[][] = sides.map(() => []);
  for (let round = 0; round < bench.rounds; round += 1) {
    const order = sides.map((_, index) => index);
    for (const index of round % 2 === 0 ? order : order.reverse()) {
      bench.signal.throwIfAborted();
      const side = sides[index] as () => Promise<T>;
      results[index]?.push(await side());
    }
  }
  return results;
}

/** The figures of one side divided by those of another, round by round. */
export const ratiosOf = (above: readonly number[], below: readonly number[]) =>
  above.map((value, round) => value / (below[round] ?? Number.NaN));

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
