import { type Bench, LONG_TTL_MS } from "../bench.ts";
import { beliefs, type Case, observed, type Told, told } from "../case.ts";

export const forgetfulNode: Case = {
  number: 9,
  name: "Forgetful node",
  title: "A node restarts without its memory inside the TTL: two holders become possible",
  gives: "observation",
  steps: [
    "A holds the lock on nodes 1 to 3; nodes 4 and 5 were another owner's and are free again.",
    "Node 3 is killed and starts without its data. B asks for the lock.",
    "The same again, but node 3 starts with the data that it had.",
  ],
  async run(bench) {
    const lost = await restart(bench, "lost");
    const kept = await restart(bench, "kept");
    const words = (outcome: Told) => ("grant" in outcome ? "B was granted the lock as well" : "B was refused");
    const finding = `Restarted without its data: ${words(lost.b)}. Restarted with it: ${words(kept.b)}.`;
    return observed(finding, { beliefs: lost.beliefs });
  },
};

async function restart(bench: Bench, data: "lost" | "kept") {
  const [a, b] = [await bench.client(`A (${data})`, "one"), await bench.client(`B (${data})`, "two")];
  const lock = bench.lockName(data);
  await bench.occupy(lock, [3, 4]);
  const grant = await a.acquire(lock, LONG_TTL_MS, 2_000);
  await bench.vacate(lock, [3, 4]);
  await bench.nodes[bench.majority - 1]?.restart(data);
  const outcome = await told(b.acquire(lock, LONG_TTL_MS, 2_000));
  return { b: outcome, beliefs: "grant" in outcome ? beliefs(LONG_TTL_MS, [a, grant], [b, outcome.grant]) : [] };
}
