import type { CheckpointName } from "../../../checkpoint.ts";
import type { Buyer } from "../buyer.ts";
import type { Arrival } from "../replay.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "./scenario.ts";

const DEADLOCK = "40P01";

export const crossedCarts: Scenario = {
  name: "crossed-carts",
  title: "Two carts in opposite sequence",
  question:
    "A's cart holds a lamp and a clock, B's a clock and a lamp, and each locks in the sequence of its cart. Who waits for whom? And if the carts are sorted first, as the shop does?",
  products: ["clock", "lamp"],
  stock: 4,
  wanted: 8,
  notFor: () => undefined,

  async play(stage) {
    const a = await stage.enter("A", { cart: ["lamp", "clock"], sorted: false });
    const b = await stage.enter("B", { cart: ["clock", "lamp"], sorted: false });
    const c = await stage.enter("C", { cart: ["lamp", "clock"] });
    const d = await stage.enter("D", { cart: ["clock", "lamp"] });
    await cross(stage, a, b);
    await stage.step(
      null,
      "Now the same two carts again, as C and D, sorted before anything is locked: the clock comes first in both.",
    );
    await cross(stage, c, d);
  },

  flaw(stage) {
    const sorted = stage.events.filter(({ shopper }) => shopper === "C" || shopper === "D");
    const deadlock = sorted.find((event) => event.conflict === DEADLOCK);
    return deadlock && `${deadlock.shopper}'s cart was sorted, but there was a deadlock.`;
  },
};

/** A buyer has its first product when it has read or, under a write without a read, changed the row. */
const first: CheckpointName[] = ["read", "written"];
const next: CheckpointName[] = ["conflict", ...first];

/**
 * Each buyer takes its first product, then requests its second. Steps are recorded in the sequence in which they
 * happen.
 */
async function cross(stage: Stage, one: Buyer, two: Buyer): Promise<void> {
  await stage.tell(one, await one.go(first));
  const met = await two.go(first);
  await stage.tell(two, met);
  two.holdAt(next);
  if (met.at === "read" || met.at === "written") {
    await collide(stage, one, two);
    return;
  }
  const ended = await one.reach();
  const letIn = await two.reach(next);
  await stage.tell(one, ended);
  await stage.follow(two, letIn, next);
}

/** Both transactions are open, and each holds the row that the other one needs. */
async function collide(stage: Stage, one: Buyer, two: Buyer): Promise<void> {
  const wants: [Buyer, Arrival][] = [];
  for (const shopper of [one, two]) {
    const arrival = await shopper.go(next);
    await stage.tell(shopper, arrival);
    wants.push([shopper, arrival]);
  }
  // PostgreSQL releases the locks of the transaction that it aborts, so that the other one gets its second row.
  const arrivals = await Promise.all(
    wants.map(async ([shopper, arrival]) => ({
      shopper,
      arrival: arrival.at === "the row" ? await shopper.reach(next) : arrival,
      isNews: arrival.at === "the row",
    })),
  );
  arrivals.sort((a, b) => Number(b.arrival.at === "conflict") - Number(a.arrival.at === "conflict"));
  for (const { shopper, arrival, isNews } of arrivals) {
    if (isNews) await stage.tell(shopper, arrival, { decisive: true });
  }
  for (const { shopper } of arrivals.reverse()) await stage.follow(shopper, await shopper.go(next), next);
}
