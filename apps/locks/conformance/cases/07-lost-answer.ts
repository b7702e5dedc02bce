import { LONG_TTL_MS } from "../bench.ts";
import { type Case, fail, pass, seconds, told } from "../case.ts";
import { comesToHold } from "../eventually.ts";

const FREED_WITHIN_MS = 5_000;

export const lostAnswer: Case = {
  number: 7,
  name: "Lost answer",
  title: "The answer to a SET is lost: after giving up, the lock is not left for its TTL",
  gives: "verdict",
  steps: [
    "Another owner holds nodes 4 and 5.",
    "A asks once for the lock with a TTL of two minutes. Nodes 1 to 3 set it, and the connection is lost before the answer.",
    "A gives up; the connections come back by themselves. All three nodes must be free of A's key within 5 seconds.",
  ],
  async run(bench) {
    const a = await bench.client("A");
    const lock = bench.lockName();
    const key = bench.redisKey(lock);
    await bench.occupy(lock, [3, 4]);
    const asking = a.proxies.slice(0, Math.min(3, bench.nodes.length));
    const matches = (request: Buffer) => request.includes(key);
    const losses = Promise.all(asking.map((proxy) => proxy.loseAnswer({ matches })));
    const outcome = await told(a.acquire(lock, LONG_TTL_MS, 0));
    await losses;
    if ("grant" in outcome) return pass("The lock was acquired all the same, by asking again.");
    if ("silentMs" in outcome) return fail(`No answer within ${seconds(outcome.silentMs)}.`);
    await bench.vacate(lock, [3, 4]);
    if (await comesToHold(() => bench.isFree(lock), FREED_WITHIN_MS)) return pass("Refused, and all nodes are free.");
    const left = (await bench.owners(lock)).flatMap((owner, index) => (owner === null ? [] : [index + 1]));
    return fail(
      `Refused, but node ${left.join(", ")} kept the key for its TTL: the lock is taken and nobody holds it.`,
    );
  },
};
