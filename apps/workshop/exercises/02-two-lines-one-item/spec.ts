import { cart, type Spec } from "../../src/spec.ts";

export const spec: Spec = {
  scenarios: [
    { name: "one lamp, two lines of it", stock: { lamp: 1 }, buyers: [cart("lamp", "lamp")] },
    { name: "two lamps, two lines of it", stock: { lamp: 2 }, buyers: [cart("lamp", "lamp")] },
    { name: "lines of unequal quantities", stock: { lamp: 4 }, buyers: [cart(["lamp", 3], ["lamp", 1])] },
    {
      name: "lines of unequal quantities, one lamp too few",
      stock: { lamp: 3 },
      buyers: [cart(["lamp", 1], ["lamp", 3])],
    },
    {
      name: "another item between the lines",
      stock: { clock: 1, lamp: 2 },
      buyers: [cart("lamp", "clock", "lamp")],
    },
    {
      name: "another item between, one lamp too few",
      stock: { clock: 1, lamp: 1 },
      buyers: [cart("lamp", "clock", "lamp")],
    },
    {
      name: "more clocks than lamps",
      stock: { clock: 5, lamp: 1 },
      buyers: [cart(["clock", 2], "lamp", "lamp")],
    },
    { name: "two buyers, three lamps", stock: { lamp: 3 }, buyers: [cart("lamp", "lamp"), cart("lamp", "lamp")] },
  ],
};
