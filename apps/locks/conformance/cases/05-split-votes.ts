import { type Bench, type Client, LONG_TTL_MS } from "../bench.ts";
import { type Case, fail, notApplicable, pass, seconds, type Told, told } from "../case.ts";
import { comesToHold } from "../eventually.ts";

const WAIT_MS = 12_000;
const TRIES = 5;

export const splitVotes: Case = {
  number: 5,
  name: "Split votes",
  title: "Two clients split the votes 2 : 2 : 1: nobody wins, both free what they won, one wins soon",
  gives: "verdict",
  steps: [
    "Another owner holds node 5. A's commands reach nodes 1 and 2 first, B's nodes 3 and 4; each wins two votes. The TTL is two minutes.",
    "Their other commands arrive and are refused.",
    "The other owner leaves node 5. A and B go on trying for 12 seconds.",
  ],
  async run(bench) {
    if (bench.nodes.length < 5) return notApplicable("It uses one node, which has no votes to split.");
    const [a, b] = [await bench.client("A"), await bench.client("B")];
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const result = await once(bench, a, b);
      if (result) return result;
    }
    return fail(`The votes could not be split in ${TRIES} attempts.`);
  },
};

/** Undefined: the votes were not split, because one of them had given up before. */
async function once(bench: Bench, a: Client, b: Client) {
  const lock = bench.lockName();
  const waitMs = bench.patience(WAIT_MS);
  await bench.occupy(lock, [4]);
  for (const index of [2, 3, 4]) a.proxies[index]?.hang("requests");
  for (const index of [0, 1, 4]) b.proxies[index]?.hang("requests");
  const asked = [a, b].map((client) => told(client.acquire(lock, LONG_TTL_MS, waitMs)));
  const early = Promise.race(asked);
  let first: Told | undefined;
  void early.then((outcome) => {
    first = outcome;
  });
  const isSplit = async () => {
    const [one, two, three, four] = await bench.owners(lock);
    return one !== null && one === two && three !== null && three === four && one !== three;
  };
  const wasSplit = await comesToHold(() => isSplit(), 4_000);
  const fifth = [a, b].map(({ proxies }) => proxies[4]?.answers ?? 0);
  a.heal();
  b.heal();
  if (!wasSplit && !(first && "grant" in first)) {
    await bench.vacate(lock, [0, 1, 2, 3, 4]);
    await Promise.all(asked);
    return undefined;
  }
  if (first && "grant" in first) return fail("With two of five votes a client was told that it holds the lock.");
  const areRefused = () => [a, b].every(({ proxies }, index) => (proxies[4]?.answers ?? 0) > (fifth[index] ?? 0));
  await comesToHold(areRefused, 4_000);
  if (first && "grant" in first)
    return fail("A client was told that it holds the lock, while others hold three nodes.");
  const began = performance.now();
  await bench.vacate(lock, [4]);
  await comesToHold(() => first !== undefined, waitMs + a.answerBoundMs);
  if (first && "grant" in first)
    return pass(`One of them won ${seconds(performance.now() - began)} after the other owner had left.`);
  const left = (await bench.owners(lock)).filter((owner) => owner !== null).length;
  return fail(
    `Neither won while both tried for ${seconds(waitMs)}: ${left} nodes still had a key. A client that keeps its two votes while it tries again blocks the other until it gives up or the TTL is over.`,
  );
}
