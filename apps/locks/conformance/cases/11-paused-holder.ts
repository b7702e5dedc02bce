import { beliefs, type Case, fail, notApplicable, pass } from "../case.ts";
import { comesToHold, within } from "../eventually.ts";

const TTL_MS = 2_000;
const LEARNS_WITHIN_MS = 5_000;

export const pausedHolder: Case = {
  number: 11,
  name: "Paused holder",
  title: "The holder is paused past its TTL: its routine learns that the lock is lost, by an aborted signal",
  gives: "verdict",
  steps: [
    "A's routine runs under the lock, which the package extends by itself.",
    "A's process is paused (SIGSTOP). The lock expires, and B acquires it.",
    "A's process goes on. The routine looks at its signal at once, and then for at most 5 seconds, in which the package may notice.",
  ],
  async run(bench) {
    const [a, b] = [await bench.client("A", "one"), await bench.client("B", "two")];
    if (!bench.hasUsing) return notApplicable("The package has no call that runs a routine under an extended lock.");
    const lock = bench.lockName();
    const handle = await within(a.process.call("using", a.name, lock, TTL_MS), 20_000, "the routine runs");
    a.process.signal("SIGSTOP");
    await bench.expiry(lock);
    const grant = await b.acquire(lock, 60_000, 10_000);
    a.process.signal("SIGCONT");
    const { isAborted: isAbortedAtOnce } = await a.process.call("routine", handle);
    const began = performance.now();
    const isAborted = await comesToHold(
      async () => (await a.process.call("routine", handle)).isAborted,
      bench.patience(LEARNS_WITHIN_MS),
    );
    const tookMs = Math.round(performance.now() - began);
    await within(a.process.call("finishRoutine", handle), 20_000, "the routine ends").catch(() => {});
    const atOnce = isAbortedAtOnce
      ? "The signal was aborted at the routine's first step after the pause."
      : "At the routine's first step after the pause the signal was not aborted yet, so a routine that writes at once writes under an expired lock.";
    if (isAborted)
      return pass(`Aborted ${isAbortedAtOnce ? "at once" : `after ${tookMs} ms`}. ${atOnce}`, {
        figures: { abortedAfterMs: tookMs },
      });
    return fail("The signal was never aborted: the routine writes while another client holds the lock.", {
      beliefs: beliefs(TTL_MS, [b, grant]),
    });
  },
};
