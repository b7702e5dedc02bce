import { type Bench, LONG_TTL_MS } from "../bench.ts";
import { type Case, observed, told } from "../case.ts";
import { comesToHold } from "../eventually.ts";

const TTL_MS = 1_000;
const HOUR_MS = 3_600_000;

export const clockJump: Case = {
  number: 10,
  name: "Clock jump",
  title: "The clock of a client or of a node jumps by more than the drift allowance",
  gives: "observation",
  steps: [
    "A's `Date.now` goes back by an hour while A holds the lock. The lock expires, B acquires it, and A's package is asked whether A's lock is valid.",
    "A asks for a lock; its `Date.now` goes back by an hour before the answers arrive, which is after the TTL.",
    "The clock of node 3 jumps past the lock's expiry, which is the same as the expiry of its key. B asks for the lock that A holds on nodes 1 to 3.",
  ],
  async run(bench) {
    const findings = [await whileHeld(bench), await whileAsking(bench), await ofOneNode(bench)];
    return observed(findings.join(" "));
  },
};

async function whileHeld(bench: Bench): Promise<string> {
  const [a, b] = [await bench.client("A", "one"), await bench.client("B", "two")];
  const lock = bench.lockName("held");
  const grant = await a.acquire(lock, TTL_MS, 5_000);
  await a.process.call("shiftClock", -HOUR_MS);
  await bench.expiry(lock);
  const next = await b.acquire(lock, LONG_TTL_MS, 5_000);
  const remainingMs = await a.process.call("remaining", grant.handle);
  await a.process.call("shiftClock", 0);
  await b.release(next).catch(() => {});
  if (remainingMs === undefined) return "Client's clock back by an hour: the package tells no validity.";
  return remainingMs > 0
    ? `Client's clock back by an hour while it holds the lock: the package says that it is valid for ${Math.round(remainingMs / 60_000)} minutes, while another holds it.`
    : "Client's clock back by an hour while it holds the lock: the package says that it is over.";
}

async function whileAsking(bench: Bench): Promise<string> {
  const c = await bench.client("C", "one");
  const lock = bench.lockName("asking");
  for (const proxy of c.proxies) proxy.hang("answers");
  const asked = told(c.acquire(lock, TTL_MS, 0, 30_000));
  await comesToHold(() => bench.isSetOnMajority(lock), 10_000);
  await bench.expiry(lock);
  await c.process.call("shiftClock", -HOUR_MS);
  c.heal();
  const outcome = await asked;
  await c.process.call("shiftClock", 0);
  const saw = "grant" in outcome ? "reported as acquired" : "refused";
  return `Back by an hour while the answers are late: ${saw}.`;
}

async function ofOneNode(bench: Bench): Promise<string> {
  const [d, e] = [await bench.client("D", "one"), await bench.client("E", "two")];
  const lock = bench.lockName("node");
  await bench.occupy(lock, [3, 4]);
  await d.acquire(lock, LONG_TTL_MS, 2_000);
  await bench.vacate(lock, [3, 4, bench.majority - 1]);
  const outcome = await told(e.acquire(lock, LONG_TTL_MS, 2_000));
  const saw = "grant" in outcome ? "a second client was granted the lock" : "a second client was refused";
  return `One node's clock past the expiry: ${saw}, as in any quorum where that node's vote decides.`;
}
