import { needsLease, outlast, SHORT_TTL_MS } from "./expiry.ts";
import type { Scenario } from "./replay.ts";
import { wantAt } from "./spoiled.ts";

export const lateHeartbeat: Scenario = {
  name: "late-heartbeat",
  title: "A paused holder whose heartbeat comes first",
  question:
    "One lamp is left; A is paused under the lock and B takes the lease over, but this time A's heartbeat runs before its write: does A learn in time that it is too late?",
  products: ["lamp"],
  stock: 1,
  wanted: 2,
  notFor: (strategy) =>
    strategy.guard === "set-nx-naive"
      ? "set-nx-naive has no heartbeat: it never looks at its lock again."
      : needsLease(strategy),

  async play(stage) {
    const a = await stage.enter("A", { lockTtlMs: SHORT_TTL_MS });
    const b = await stage.enter("B");

    const read = await a.go(["checked"], { suspend: true });
    wantAt(read, "checked");
    await stage.tell(a, read);
    const entered = await outlast(stage, b, ["checked"]);
    await stage.tell(b, entered);
    b.holdAt(["read"]);

    const how = await a.wakeToHeartbeat();
    const holder = await stage.holder();
    await stage.step(
      a,
      how === "extension refused"
        ? `A's machine goes on, and this time its timers come first: its heartbeat asks to extend the lease, and the store refuses, for the lease is ${holder === null ? "nobody's" : `${holder}'s`}; a signal tells A's request so.`
        : `A's machine goes on, and this time its timers come first: it hears that the store has ended its lease, which is ${holder === null ? "nobody's" : `${holder}'s`} now; a signal tells A's request so.`,
      { decisive: true },
    );
    const ended = await a.go();
    // Where A had the row locked, its end lets B in.
    if (entered.at === "the row") await b.reach(["read"]);
    await stage.tell(a, ended);
    if (!b.answer) await stage.follow(b, entered.at === "the row" ? await b.reach(["read"]) : await b.go(), []);
  },
};
