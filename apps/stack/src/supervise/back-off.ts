/**
 * How long to wait before the next restart: 250 ms, doubled with each failure in a row, never more than `mostMs`.
 * A service that ran for a minute has proved itself, and its count starts anew (see `Service`).
 */
export function restartDelayMs(failuresInARow: number, firstMs = 250, mostMs = 10_000): number {
  return Math.min(mostMs, firstMs * 2 ** Math.max(0, failuresInARow - 1));
}
