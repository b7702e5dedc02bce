import { requireAt } from "../replay.ts";
import { needsLease, outlast, SHORT_TTL_MS, WAKES } from "./expiry.ts";
import type { Scenario } from "./scenario.ts";

export const pausedHolder: Scenario = {
  name: "paused-holder",
  title: "A holder that is paused past its lease",
  question:
    "One lamp is left. A has read the stock under the lock and is paused; its lease expires, and B gets the lock. What happens to A's write when it resumes?",
  products: ["lamp"],
  stock: 1,
  wanted: 2,
  notFor: needsLease,

  async play(stage) {
    const a = await stage.enter("A", { lockTtlMs: SHORT_TTL_MS });
    const b = await stage.enter("B");

    const read = await a.go(["checked"], { suspend: true });
    requireAt(read, "checked");
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
    // B has the lease and waited for A's row lock, so it reads what A committed.
    if (entered.at === "the row") await stage.follow(b, await b.reach(["read"]), [], { decisive: true });
  },
};
