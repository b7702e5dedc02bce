import { constants } from "node:os";

/** Signals that end a command. A closed terminal sends SIGHUP. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Longer than a system takes to stop (10 s), and than a phase of `npm test` is given (see run-process.mjs). */
const STOP_WITHIN_MS = 45_000;
/** A terminal sends Ctrl-C to npm and to this process, and npm passes it on: within this time it is the same one. */
const SAME_SIGNAL_MS = 1000;
const PARENT_POLL_MS = 250;

const ending = new AbortController();

/** Aborted when the command is asked to end. Everything that takes long listens to it and stops what it has started. */
export const endSignal = ending.signal;

/** 128 + the number of the signal that asked the command to end, or undefined. */
export let exitCodeOfSignal;

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an abort of `endSignal`, so that the command stops what it has started and ends
 * in its own time. A second signal, or `STOP_WITHIN_MS` without an end, ends the process at once.
 *
 * @returns {() => void} gives the signals back to Node.js, which ends the process at once.
 */
export function listenForSignals() {
  let firstAt = 0;
  const onSignal = (name) => {
    const code = 128 + constants.signals[name];
    if (firstAt > 0) {
      if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(code);
      return;
    }
    firstAt = performance.now();
    exitCodeOfSignal = code;
    setTimeout(() => process.exit(code), STOP_WITHIN_MS).unref();
    ending.abort(new Error(`Interrupted by ${name}.`));
  };
  for (const name of signals) process.on(name, onSignal);
  // A closed terminal takes the output along. Writing to it must not end the process before it has cleaned up.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const stopPolling = endWithNpm();
  return () => {
    for (const name of signals) process.off(name, onSignal);
    stopPolling();
  };
}

/** npm passes SIGINT and SIGTERM on, but not SIGHUP: it ends alone, which shows by a change of the parent. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const npm = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(poll);
    if (!ending.signal.aborted) process.kill(process.pid, "SIGHUP");
  }, PARENT_POLL_MS);
  poll.unref();
  return () => clearInterval(poll);
}
