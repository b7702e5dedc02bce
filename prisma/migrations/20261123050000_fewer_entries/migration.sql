-- What is swept is found by these alone, and most orders are neither: they leave the index when they are paid or ended.
DROP INDEX "orders_status_expires_at_idx";
CREATE INDEX "orders_running_out_idx" ON "orders"("expires_at") WHERE "status" = 'reserved';
CREATE INDEX "orders_paying_idx" ON "orders"("paying_since") WHERE "status" = 'paying';

-- Nothing looks for a movement by its order: the ledger is read by product.
DROP INDEX "stock_movements_order_id_idx";
