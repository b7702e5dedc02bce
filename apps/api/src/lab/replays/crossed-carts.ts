import type { CheckpointName } from "../../inventory/checkpoint.ts";
import type { Arrival, Scenario } from "./replay.ts";
import type { Shopper } from "./shopper.ts";
import type { Stage } from "./stage.ts";

const DEADLOCK = "40P01";

export const crossedCarts: Scenario = {
  name: "crossed-carts",
  title: "Two carts in opposite order",
  question:
    "A puts a lamp and a clock into the cart, B a clock and a lamp, and each locks in its own order: who waits for whom? And what when the carts are sorted first, as the shop does?",
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
      "Now the same two carts once more, C's and D's, sorted before anything is locked: the clock comes first in both.",
    );
    await cross(stage, c, d);
  },

  flaw(stage) {
    const sorted = stage.events.filter(({ shopper }) => shopper === "C" || shopper === "D");
    const deadlock = sorted.find((event) => event.conflict === DEADLOCK);
    return deadlock && `${deadlock.shopper}'s cart was sorted and met a deadlock all the same.`;
  },
};

const next: CheckpointName[] = ["conflict", "written"];

/** Each takes its first product and then wants its second; told in the order in which it happens. */
async function cross(stage: Stage, one: Shopper, two: Shopper): Promise<void> {
  await stage.tell(one, await one.go(["written"]));
  const met = await two.go(["written"]);
  await stage.tell(two, met);
  two.holdAt(next);
  if (met.at === "written") {
    await collide(stage, one, two);
    return;
  }
  const ended = await one.reach();
  const letIn = await two.reach(next);
  await stage.tell(one, ended);
  await stage.follow(two, letIn, next);
}

/** Both are inside, each with what the other one wants. */
async function collide(stage: Stage, one: Shopper, two: Shopper): Promise<void> {
  const wants: [Shopper, Arrival][] = [];
  for (const shopper of [one, two]) {
    const arrival = await shopper.go(next);
    await stage.tell(shopper, arrival);
    wants.push([shopper, arrival]);
  }
  // Whoever is ended by PostgreSQL has let go of its locks, so that the other one gets to its second product.
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
