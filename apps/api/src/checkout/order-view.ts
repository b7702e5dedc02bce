import type { Order, OrderLine } from "@last-unit/prisma";

/** An order as its buyer sees it. Prices are in cents, times ISO 8601 in UTC. */
export interface OrderView {
  id: string;
  status: Order["status"];
  createdAt: string;
  expiresAt: string;
  lines: { sku: string; name: string; quantity: number; unitPriceCents: number; unitNumbers: number[] }[];
  totalCents: number;
  strategy: string;
  replica: string;
}

export function viewOrder(order: Order & { lines: OrderLine[] }): OrderView {
  return {
    id: order.id,
    status: order.status,
    createdAt: order.createdAt.toISOString(),
    expiresAt: order.expiresAt.toISOString(),
    lines: order.lines
      .map(({ sku, name, quantity, unitPriceCents, unitNumbers }) => ({
        sku,
        name,
        quantity,
        unitPriceCents,
        unitNumbers,
      }))
      .sort((a, b) => (a.sku < b.sku ? -1 : 1)),
    totalCents: order.totalCents,
    strategy: order.strategy,
    replica: order.replica,
  };
}
