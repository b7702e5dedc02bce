import { cart, type Spec } from "../../src/spec.ts";

export const spec: Spec = {
  scenarios: [
    { name: "one buyer, no lamp", stock: { lamp: 0 }, buyers: [cart("lamp")] },
    { name: "two buyers, two lamps", stock: { lamp: 2 }, buyers: [cart("lamp"), cart("lamp")] },
    { name: "two buyers, one lamp", stock: { lamp: 1 }, buyers: [cart("lamp"), cart("lamp")] },
    { name: "one wants more than is left", stock: { lamp: 2 }, buyers: [cart(["lamp", 3]), cart(["lamp", 2])] },
    {
      name: "three buyers, three lamps",
      stock: { lamp: 3 },
      buyers: [cart("lamp"), cart("lamp"), cart("lamp")],
      mostOrders: 100,
    },
  ],
};
