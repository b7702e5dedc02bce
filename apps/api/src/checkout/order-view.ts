import { type Order, Prisma } from "@last-unit/prisma";

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

/** A row of `orderColumns`. */
export type OrderRow = Omit<OrderView, "createdAt" | "expiresAt"> & { createdAt: Date; expiresAt: Date };

/** What an order's view is made of, its lines included, so that one statement reads it. The table is called `orders`. */
export const orderColumns = Prisma.sql`
  orders.id, orders.status, orders.created_at AS "createdAt", orders.expires_at AS "expiresAt",
  orders.total_cents AS "totalCents", orders.strategy, orders.replica,
  (SELECT jsonb_agg(jsonb_build_object('sku', sku, 'name', name, 'quantity', quantity,
                                       'unitPriceCents', unit_price_cents, 'unitNumbers', unit_numbers)
                    ORDER BY sku COLLATE "C")
     FROM order_lines WHERE order_id = orders.id) AS lines`;

export function viewOrder(row: OrderRow): OrderView {
  const { id, status, createdAt, expiresAt, lines, totalCents, strategy, replica } = row;
  return {
    id,
    status,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    // In this order of names, whatever the database made of it.
    lines: lines.map(({ sku, name, quantity, unitPriceCents, unitNumbers }) => {
      return { sku, name, quantity, unitPriceCents, unitNumbers };
    }),
    totalCents,
    strategy,
    replica,
  };
}
