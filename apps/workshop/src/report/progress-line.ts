const EVERY_MS = 200;

/** One line on a terminal that says how far a grade is. Nothing is written if standard error is no terminal. */
export function progressLine(title: string) {
  let shownAt = 0;
  return {
    show(orders: number, scenario: string) {
      const now = performance.now();
      if (!process.stderr.isTTY || now - shownAt < EVERY_MS) return;
      shownAt = now;
      process.stderr.write(`\r\u001b[K${title}: ${scenario}, ${orders} interleavings`);
    },
    clear() {
      if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
    },
  };
}
