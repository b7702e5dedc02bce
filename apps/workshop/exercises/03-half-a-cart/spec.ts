import { cart, type Spec } from "../../src/spec.ts";

export const spec: Spec = {
  scenarios: [
    { name: "no clock", stock: { clock: 0, lamp: 1 }, buyers: [cart("lamp", "clock")] },
    { name: "both are there", stock: { clock: 1, lamp: 1 }, buyers: [cart("lamp", "clock")] },
    {
      name: "a lamp while a cart with a lamp is refused",
      stock: { clock: 0, lamp: 1 },
      buyers: [cart("lamp", "clock"), cart("lamp")],
    },
    {
      name: "two carts, one of each item",
      stock: { clock: 1, lamp: 1 },
      buyers: [cart("lamp", "clock"), cart("lamp", "clock")],
    },
    {
      name: "a server is killed in the middle",
      stock: { clock: 1, lamp: 1 },
      buyers: [cart("lamp", "clock"), cart("lamp", "clock")],
      kill: true,
    },
  ],
};
