import { randomUUID } from "node:crypto";
import { checkoutWithoutSale } from "@last-unit/api/without-sale";
import { pino } from "pino";

// The ceiling for a replica: the shop's whole way of a request to the checkout and back, with an order that was never placed.
const server = checkoutWithoutSale(pino({ level: "info" }, pino.destination({ sync: false })), (items) => ({
  id: randomUUID(),
  status: "reserved",
  createdAt: new Date().toISOString(),
  expiresAt: new Date().toISOString(),
  lines: items.map(({ sku, quantity }) => ({
    sku,
    name: "Bench product",
    quantity,
    unitPriceCents: 1000,
    unitNumbers: [1_000_000],
  })),
  totalCents: 1000,
  strategy: "group-commit",
  replica: "replica-1",
}));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : undefined);
});
process.once("disconnect", () => process.exit());
