import { requireAt } from "../replay.ts";
import { needsLease, outlast, SHORT_TTL_MS } from "./expiry.ts";
import type { Scenario } from "./scenario.ts";

export const lateHeartbeat: Scenario = {
  name: "late-heartbeat",
  title: "A paused holder whose heartbeat comes first",
  question:
    "One lamp is left. A is paused while it holds the lock, and B takes the lease over. This time A's heartbeat runs before its write. Does A learn in time that its lease is lost?",
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
    requireAt(read, "checked");
    await stage.tell(a, read);
    const entered = await outlast(stage, b, ["checked"]);
    await stage.tell(b, entered);
    b.holdAt(["read"]);

    const how = await a.wakeToHeartbeat();
    const holder = await stage.holder();
    await stage.step(
      a,
      how === "extension refused"
        ? `A's machine resumes, and this time its timers run first. Its heartbeat asks to extend the lease, and the store refuses, because ${holder === null ? "the lease has expired" : `${holder} holds the lease`}. An abort signal reaches A's request.`
        : `A's machine resumes, and this time its timers run first. A learns that the store has ended its lease${holder === null ? "" : `, which ${holder} now holds`}. An abort signal reaches A's request.`,
      { decisive: true },
    );
    const ended = await a.go();
    // If A held the row lock, its end unblocks B.
    if (entered.at === "the row") await b.reach(["read"]);
    await stage.tell(a, ended);
    if (!b.answer) await stage.follow(b, entered.at === "the row" ? await b.reach(["read"]) : await b.go(), []);
  },
};
