-- An order line says itself what was bought and at which price, and stays when the product goes. That the product is
-- there when it is sold needs no check of every line: the same transaction changes its stock row, which refers to it.
ALTER TABLE "order_lines" DROP CONSTRAINT "order_lines_sku_fkey";

-- The shop's own orders have no run and need no entry.
DROP INDEX "orders_run_id_idx";
CREATE INDEX "orders_run_id_idx" ON "orders"("run_id") WHERE "run_id" IS NOT NULL;
