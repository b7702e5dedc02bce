import { LONG_TTL_MS } from "../bench.ts";
import { type Case, fail, pass, seconds, told } from "../case.ts";
import { comesToHold } from "../eventually.ts";

const WAIT_MS = 2_000;
const FREED_WITHIN_MS = 3_000;

export const deadNodes: Case = {
  number: 2,
  name: "Dead nodes",
  title: "Two nodes dead: acquires. Three dead: refuses, and frees what it won",
  gives: "verdict",
  steps: [
    "Nodes 1 and 2 refuse connections. A acquires a lock and releases it.",
    "Node 3 refuses connections as well. A asks for another lock with a TTL of two minutes.",
    "After the refusal, nodes 4 and 5 are asked whether they still hold A's key.",
  ],
  async run(bench) {
    const a = await bench.client("A");
    const cut = (index: number) => a.proxies[index]?.cut();
    cut(0);
    cut(1);
    const [lock, other] = [bench.lockName("two-dead"), bench.lockName("three-dead")];
    const withTwo = await told(a.acquire(lock, LONG_TTL_MS, WAIT_MS));
    if (!("grant" in withTwo)) {
      const how =
        "refusal" in withTwo ? `refused (${withTwo.refusal})` : `no answer within ${seconds(withTwo.silentMs)}`;
      return fail(`Two nodes dead: ${how}.`);
    }
    await a.release(withTwo.grant).catch(() => {});
    cut(2);
    const began = performance.now();
    const withThree = await told(a.acquire(other, LONG_TTL_MS, 0));
    const tookMs = performance.now() - began;
    if ("grant" in withThree) return fail("Three nodes dead: the lock was reported as acquired.");
    if ("silentMs" in withThree) return fail(`Three nodes dead: no answer within ${seconds(withThree.silentMs)}.`);
    const isFreed = await comesToHold(() => bench.isFree(other), FREED_WITHIN_MS);
    const refused = `Two nodes dead: acquired. Three dead: refused after ${seconds(tookMs)}`;
    if (isFreed) return pass(`${refused}, and nothing was left on the others.`);
    const left = (await bench.owners(other)).filter((owner) => owner !== null).length;
    return fail(`${refused}, but ${left} of the other nodes kept the key for its TTL.`);
  },
};
