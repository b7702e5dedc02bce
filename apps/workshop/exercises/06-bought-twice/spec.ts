import { type Call, cart, type Spec } from "../../src/spec.ts";

const ann = (idempotencyKey: string): Call => ({ ...cart("lamp"), buyerId: "ann", idempotencyKey });

export const spec: Spec = {
  scenarios: [
    { name: "one request", stock: { lamp: 1 }, buyers: [ann("key-1")] },
    { name: "one request, no lamp", stock: { lamp: 0 }, buyers: [ann("key-1")] },
    {
      name: "the server is killed, then the retry comes",
      stock: { lamp: 2 },
      buyers: [ann("key-1"), ann("key-1")],
      kill: true,
    },
    { name: "a request and its retry, two lamps", stock: { lamp: 2 }, buyers: [ann("key-1"), ann("key-1")] },
    { name: "a request and its retry, one lamp", stock: { lamp: 1 }, buyers: [ann("key-1"), ann("key-1")] },
    { name: "one buyer, two keys", stock: { lamp: 2 }, buyers: [ann("key-1"), ann("key-2")], mostOrders: 60 },
  ],
};
