import { needsLease, outlast, SHORT_TTL_MS, WAKES } from "./expiry.ts";
import type { Scenario } from "./replay.ts";
import type { Shopper } from "./shopper.ts";
import { wantAt } from "./spoiled.ts";
import type { Stage } from "./stage.ts";

export const lateRelease: Scenario = {
  name: "late-release",
  title: "A release that comes after the lease is over",
  question:
    "Two lamps are left; A sells one and is paused before its release, its lease runs out and B gets the lock: whose lock does A free when it wakes?",
  products: ["lamp"],
  stock: 2,
  wanted: 3,
  notFor: (strategy) =>
    strategy.changeTogether
      ? `Under ${strategy.name} no buyer releases the lock: the leader of the line does, for the whole batch.`
      : needsLease(strategy),

  async play(stage) {
    const a = await stage.enter("A", { lockTtlMs: SHORT_TTL_MS });
    const b = await stage.enter("B");
    const c = await stage.enter("C");

    const committed = await a.go(["committed"], { suspend: true });
    wantAt(committed, "committed");
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
    // B's end lets C in where C waits; both are awaited before either is told, so that it is always told the same.
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

/** What A's release did, by what the store says now. */
async function tellRelease(stage: Stage, b: Shopper): Promise<string> {
  const holder = await stage.holder();
  if (holder === b.name) return `Its release changes nothing: the lock is ${b.name}'s, and stays so.`;
  return holder === null
    ? `Its release has freed the lock, which was ${b.name}'s: nobody holds it now, though ${b.name} is still at work.`
    : `The store says that the lock is ${holder}'s now.`;
}
