import type { CheckpointName } from "../../../checkpoint.ts";
import { requireAt } from "../replay.ts";
import type { Scenario } from "./scenario.ts";

const nextOfB: CheckpointName[] = ["conflict", "read", "written"];

export const twoReaders: Scenario = {
  name: "two-readers",
  title: "Two readers of the last unit",
  question:
    "One lamp is left. A is held just before it writes, and B arrives. Does B read the same stock, and what happens then?",
  products: ["lamp"],
  stock: 1,
  wanted: 2,
  notFor: () => undefined,

  async play(stage) {
    const a = await stage.enter("A");
    const b = await stage.enter("B");

    await stage.tell(a, await a.go(["checked"]));
    const met = await b.go(["checked"]);
    await stage.tell(b, met);
    b.holdAt(nextOfB);
    const written = await a.go(["written"]);
    // If B has already bought the unit, A's step decides the outcome.
    await stage.tell(a, written, { decisive: met.at === "the end" });
    if (written.at === "the end") return;
    // Both have read. B's write conflicts with A's, which is not committed yet.
    if (met.at === "checked") await stage.tell(b, await b.go(nextOfB));
    const sold = await a.reach(["conflict"]);
    requireAt(sold, "the end");
    // A's end unblocks B. Both are awaited before either is recorded, so that the sequence of steps is deterministic.
    const letIn = await b.reach(nextOfB);
    await stage.tell(a, sold);
    if (met.at !== "the end") await stage.follow(b, letIn, nextOfB, { decisive: true });
  },
};
