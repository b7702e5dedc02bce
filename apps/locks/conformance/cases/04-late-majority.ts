import { beliefs, type Case, fail, pass, seconds, told } from "../case.ts";
import { comesToHold } from "../eventually.ts";

const TTL_MS = 1_000;

export const lateMajority: Case = {
  number: 4,
  name: "Late majority",
  title: "All nodes answer after the TTL: not reported as acquired",
  gives: "verdict",
  steps: [
    "A asks for a lock with a TTL of one second. All nodes set it; their answers are held back.",
    "The key expires on all nodes. B acquires the lock.",
    "A gets its answers.",
  ],
  async run(bench) {
    const [a, b] = [await bench.client("A"), await bench.client("B")];
    const lock = bench.lockName();
    for (const proxy of a.proxies) proxy.hang("answers");
    const asked = told(a.acquire(lock, TTL_MS, 0, 40_000));
    const wasSet = await comesToHold(() => bench.isSetOnMajority(lock), 10_000);
    await bench.expiry(lock);
    const second = await b.acquire(lock, 60_000, 10_000);
    a.heal();
    const first = await asked;
    if (!wasSet) return fail("The keys were not seen on a majority of the nodes before they expired.");
    if ("silentMs" in first) return fail(`A got no answer within ${seconds(first.silentMs)}.`);
    if ("refusal" in first) return pass(`Refused (${first.refusal}).`);
    const { remainingMs } = first.grant;
    const validity =
      remainingMs === undefined
        ? "The package tells no validity that A could check."
        : `The lock's own validity said ${Math.round(remainingMs)} ms; only a caller that reads it knows.`;
    return fail(`A was told that it holds the lock, while B holds it. ${validity}`, {
      beliefs: beliefs(TTL_MS, [a, first.grant], [b, second]),
    });
  },
};
