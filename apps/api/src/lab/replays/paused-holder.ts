import { needsLease, outlast, SHORT_TTL_MS, WAKES } from "./expiry.ts";
import type { Scenario } from "./replay.ts";
import { wantAt } from "./spoiled.ts";

export const pausedHolder: Scenario = {
  name: "paused-holder",
  title: "A holder that is paused beyond its lease",
  question:
    "One lamp is left; A has read it under the lock and is paused, its lease runs out and B gets the lock: what becomes of A's write when it wakes?",
  products: ["lamp"],
  stock: 1,
  wanted: 2,
  notFor: needsLease,

  async play(stage) {
    const a = await stage.enter("A", { lockTtlMs: SHORT_TTL_MS });
    const b = await stage.enter("B");

    const read = await a.go(["checked"], { suspend: true });
    wantAt(read, "checked");
    await stage.tell(a, read);
    const entered = await outlast(stage, b, ["checked"]);
    await stage.tell(b, entered);
    if (entered.at === "checked") await stage.follow(b, await b.go(), []);

    a.wake();
    await stage.step(a, WAKES);
    b.holdAt(["read"]);
    const written = await a.go(["written"]);
    await stage.tell(a, written, { decisive: entered.at !== "the row" });
    if (written.at !== "the end") {
      const ended = await a.reach();
      if (!b.answer) await b.reach(["read"]);
      await stage.tell(a, ended);
    }
    // B has the lease and waited at A's row lock: it reads what A committed.
    if (entered.at === "the row") await stage.follow(b, await b.reach(["read"]), [], { decisive: true });
  },
};
