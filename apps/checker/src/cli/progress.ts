import { writeSync } from "node:fs";

const everyMs = 1000;

/** A line on standard error for work that takes longer than a second, at most once a second. Written at once: the search does not let go. */
export function createProgress(isTerminal: boolean): { say: (text: string) => void; end: () => void } {
  let last = performance.now();
  let hasWritten = false;
  return {
    say(text) {
      if (performance.now() - last < everyMs) return;
      last = performance.now();
      hasWritten = true;
      write(isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end() {
      if (hasWritten && isTerminal) write("\r\u001b[K");
    },
  };
}

function write(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody reads it: no reason to stop.
  }
}
