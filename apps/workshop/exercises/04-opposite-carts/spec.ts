import { cart, type Spec } from "../../src/spec.ts";

export const spec: Spec = {
  scenarios: [
    { name: "one buyer, no lamp", stock: { clock: 1, lamp: 0 }, buyers: [cart("clock", "lamp")] },
    {
      name: "opposite carts, enough for both",
      stock: { clock: 2, lamp: 2 },
      buyers: [cart("lamp", "clock"), cart("clock", "lamp")],
    },
    {
      name: "opposite carts, enough for one",
      stock: { clock: 1, lamp: 1 },
      buyers: [cart("lamp", "clock"), cart("clock", "lamp")],
    },
    {
      name: "opposite carts of unequal quantities",
      stock: { clock: 3, lamp: 3 },
      buyers: [cart(["lamp", 2], "clock"), cart(["clock", 2], "lamp")],
    },
  ],
};
