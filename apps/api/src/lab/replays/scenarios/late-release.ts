import type { Buyer } from "../buyer.ts";
import { requireAt } from "../replay.ts";
import type { Stage } from "../stage.ts";
import { needsLease, outlast, SHORT_TTL_MS, WAKES } from "./expiry.ts";
import type { Scenario } from "./scenario.ts";

export const lateRelease: Scenario = {
  name: "late-release",
  title: "A release after the lease has expired",
  question:
    "Two lamps are left. A buys one and is paused before its release; its lease expires, and B gets the lock. Whose lock does A release when it resumes?",
  products: ["lamp"],
  stock: 2,
  wanted: 3,
  notFor: needsLease,

  async play(stage) {
    const a = await stage.enter("A", { lockTtlMs: SHORT_TTL_MS });
    const b = await stage.enter("B");
    const c = await stage.enter("C");

    const committed = await a.go(["committed"], { suspend: true });
    requireAt(committed, "committed");
    await stage.tell(a, committed);
    await stage.tell(b, await outlast(stage, b, ["checked"]));

    a.wake();
    await stage.step(a, WAKES);
    const released = await a.go();
    await stage.tell(a, released, { after: await tellRelease(stage, b), decisive: true });

    const third = await c.go(["checked"]);
    await stage.tell(c, third);
    c.holdAt(["read"]);
    const sold = await b.go();
    // If C waits, B's end unblocks it. Both are awaited before either is recorded, so that the sequence of steps is
    // deterministic.
    if (third.at !== "checked") {
      const letIn = await c.reach(["read"]);
      await stage.tell(b, sold);
      await stage.follow(c, letIn, []);
      return;
    }
    await stage.tell(b, sold);
    await stage.follow(c, await c.go(["written"]), []);
  },
};

/** Describes the effect of A's release, according to the store. */
async function tellRelease(stage: Stage, b: Buyer): Promise<string> {
  const holder = await stage.holder();
  if (holder === b.name) return `Its release changes nothing: ${b.name} still holds the lock.`;
  return holder === null
    ? `Its release has deleted ${b.name}'s lock: nobody holds it now, although ${b.name} is still working.`
    : `According to the store, ${holder} holds the lock now.`;
}
