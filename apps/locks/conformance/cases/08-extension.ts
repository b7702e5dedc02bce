import { type Bench, LONG_TTL_MS } from "../bench.ts";
import { type Case, fail, notApplicable, pass, seconds, told } from "../case.ts";

export const extension: Case = {
  number: 8,
  name: "Extension",
  title: "An extension after expiry, or with a minority, is refused, and the caller learns of it",
  gives: "verdict",
  steps: [
    "A's lock expires on all nodes. A extends it.",
    "A holds another lock. A majority of the nodes passes to another owner. A extends it.",
  ],
  async run(bench) {
    const a = await bench.client("A");
    if (!bench.hasExtend) return notApplicable("The package has no call that extends a lock.");
    const expired = bench.lockName("expired");
    const old = await a.acquire(expired, 500, 5_000);
    await bench.expiry(expired);
    const late = await told(a.extend(old, LONG_TTL_MS));
    if ("grant" in late) return fail("The extension of an expired lock was reported as done.");
    if ("silentMs" in late)
      return fail(`The extension of an expired lock got no answer within ${seconds(late.silentMs)}.`);
    if (!(await bench.isFree(expired))) return fail("The extension of an expired lock was refused, but it set keys.");
    return withMinority(bench, a);
  },
};

async function withMinority(bench: Bench, a: Awaited<ReturnType<Bench["client"]>>) {
  const lock = bench.lockName("minority");
  const grant = await a.acquire(lock, LONG_TTL_MS, 5_000);
  await bench.occupy(
    lock,
    bench.nodes.slice(0, bench.majority).map((_, index) => index),
  );
  const minority = await told(a.extend(grant, LONG_TTL_MS));
  if ("grant" in minority)
    return fail("A minority of the nodes was extended, and the caller was told that it holds the lock.");
  if ("silentMs" in minority)
    return fail(`With a minority, the extension got no answer within ${seconds(minority.silentMs)}.`);
  return pass("Both were refused.");
}
