import { type Bench, LONG_TTL_MS } from "../bench.ts";
import { type Case, fail, pass, told } from "../case.ts";
import { comesToHold } from "../eventually.ts";

const FREED_WITHIN_MS = 3_000;

export const ownerOnlyRelease: Case = {
  number: 6,
  name: "Owner-only release",
  title: "Release removes only one's own lock, on all nodes, also those that answered late",
  gives: "verdict",
  steps: [
    "A's lock expires. B acquires it. A releases. B's key must be on every node as before.",
    "A acquires another lock with a TTL of two minutes; its commands to nodes 4 and 5 are under way when nodes 1 to 3 have answered.",
    "A releases as soon as it holds the lock. The commands arrive at nodes 4 and 5. Nothing of A's may be left.",
  ],
  async run(bench) {
    const harmed = await releaseAfterExpiry(bench);
    if (harmed) return fail(harmed);
    return releaseOfLateNodes(bench);
  },
};

async function releaseAfterExpiry(bench: Bench): Promise<string | undefined> {
  const [a, b] = [await bench.client("A"), await bench.client("B")];
  const lock = bench.lockName("expired");
  const old = await a.acquire(lock, 500, 5_000);
  await bench.expiry(lock);
  const current = await b.acquire(lock, LONG_TTL_MS, 5_000);
  // B is told as soon as a majority has granted it.
  await comesToHold(async () => (await bench.owners(lock)).every((owner) => owner !== null), 5_000);
  const before = await bench.owners(lock);
  await a.release(old).catch(() => {});
  const removed = await comesToHold(async () => String(await bench.owners(lock)) !== String(before), 200);
  await b.release(current).catch(() => {});
  return removed ? "A's release of its expired lock removed B's." : undefined;
}

async function releaseOfLateNodes(bench: Bench) {
  const c = await bench.client("C");
  const lock = bench.lockName("late");
  const late = c.proxies.slice(3, bench.nodes.length);
  for (const proxy of late) proxy.hang("requests");
  const asked = c.acquire(lock, LONG_TTL_MS, 5_000);
  const early = await told(within2s(asked));
  const isBeforeTheLate = "grant" in early;
  // A package that waits for every node knows of no late ones.
  if (!isBeforeTheLate) c.heal();
  const outcome = isBeforeTheLate ? early : await told(asked);
  if (!("grant" in outcome))
    return fail(`A healthy lock was not granted (${"refusal" in outcome ? outcome.refusal : "no answer"}).`);
  const releasing = c.release(outcome.grant).catch(() => {});
  if (isBeforeTheLate) {
    await comesToHold(async () => (await bench.owners(lock)).slice(0, 3).every((owner) => owner === null), 5_000);
    c.heal();
  }
  await releasing;
  const order = isBeforeTheLate
    ? "also on the nodes that were asked late"
    : "it waits for every node before it acquires";
  if (await comesToHold(() => bench.isFree(lock), FREED_WITHIN_MS))
    return pass(`Only one's own lock was removed, on all nodes; ${order}.`);
  const left = (await bench.owners(lock)).flatMap((owner, index) => (owner === null ? [] : [index + 1]));
  return fail(`After the release, the key was left on node ${left.join(" and ")} for its TTL.`);
}

const within2s = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([work, new Promise<never>((_, reject) => setTimeout(() => reject(new Error("late")), 2_000))]);
