/**
 * The delay before the next restart: 250 ms, doubled for each consecutive failure, at most `mostMs`. The count of failures
 * is reset after a service has run for a minute (see `Service`).
 */
export function restartDelayMs(failuresInARow: number, firstMs = 250, mostMs = 10_000): number {
  return Math.min(mostMs, firstMs * 2 ** Math.max(0, failuresInARow - 1));
}
