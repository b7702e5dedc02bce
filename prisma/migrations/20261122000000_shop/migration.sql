-- CreateSchema


-- CreateEnum
CREATE TYPE "order_status" AS ENUM ('reserved', 'paying', 'paid', 'cancelled', 'expired');

-- CreateTable
CREATE TABLE "products" (
    "sku" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "artwork" TEXT NOT NULL,
    "price_cents" INTEGER NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "products_pkey" PRIMARY KEY ("sku")
);

-- CreateTable
CREATE TABLE "stock" (
    "sku" TEXT NOT NULL,
    "edition" INTEGER NOT NULL,
    "next_unit" INTEGER NOT NULL,
    "returned_units" INTEGER[],
    "stock" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "stock_pkey" PRIMARY KEY ("sku")
);

-- CreateTable
CREATE TABLE "orders" (
    "id" UUID NOT NULL,
    "buyer_id" UUID NOT NULL,
    "status" "order_status" NOT NULL,
    "strategy" TEXT NOT NULL,
    "replica" TEXT NOT NULL,
    "total_cents" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "payment_attempt" INTEGER NOT NULL DEFAULT 0,
    "paying_since" TIMESTAMPTZ(6),
    "run_id" UUID,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_lines" (
    "order_id" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unit_price_cents" INTEGER NOT NULL,
    "unit_numbers" INTEGER[],

    CONSTRAINT "order_lines_pkey" PRIMARY KEY ("order_id","sku")
);

-- CreateTable
CREATE TABLE "stock_movements" (
    "id" BIGSERIAL NOT NULL,
    "sku" TEXT NOT NULL,
    "delta" INTEGER NOT NULL,
    "unit_numbers" INTEGER[],
    "stock_before" INTEGER NOT NULL,
    "stock_after" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "order_id" UUID NOT NULL,
    "strategy" TEXT NOT NULL,
    "fencing_token" BIGINT,
    "replica" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "stock_movements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "buyer_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "order_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("buyer_id","key")
);

-- CreateTable
CREATE TABLE "provider_charges" (
    "idempotency_key" TEXT NOT NULL,
    "amount_cents" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "settles_at" TIMESTAMPTZ(6) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_charges_pkey" PRIMARY KEY ("idempotency_key")
);

-- CreateTable
CREATE TABLE "lab_runs" (
    "id" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "strategy" TEXT NOT NULL,
    "initial_stock" INTEGER NOT NULL,
    "think_time_ms" INTEGER NOT NULL,
    "buyers_asked" INTEGER NOT NULL DEFAULT 0,
    "buyers_answered" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lab_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lab_answers" (
    "id" BIGSERIAL NOT NULL,
    "run_id" UUID NOT NULL,
    "attempt" TEXT NOT NULL,
    "shopper" TEXT NOT NULL,
    "replica" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "order_id" UUID,
    "waited_ms" DOUBLE PRECISION NOT NULL,
    "asked_at" TIMESTAMPTZ(6) NOT NULL,
    "answered_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "lab_answers_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "orders_buyer_id_created_at_idx" ON "orders"("buyer_id", "created_at");

-- CreateIndex
CREATE INDEX "orders_status_expires_at_idx" ON "orders"("status", "expires_at");

-- CreateIndex
CREATE INDEX "orders_run_id_idx" ON "orders"("run_id");

-- CreateIndex
CREATE INDEX "order_lines_sku_idx" ON "order_lines"("sku");

-- CreateIndex
CREATE INDEX "stock_movements_sku_id_idx" ON "stock_movements"("sku", "id");

-- CreateIndex
CREATE INDEX "stock_movements_order_id_idx" ON "stock_movements"("order_id");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "lab_runs_sku_key" ON "lab_runs"("sku");

-- CreateIndex
CREATE INDEX "lab_runs_created_at_idx" ON "lab_runs"("created_at");

-- CreateIndex
CREATE INDEX "lab_answers_run_id_idx" ON "lab_answers"("run_id");

-- AddForeignKey
ALTER TABLE "stock" ADD CONSTRAINT "stock_sku_fkey" FOREIGN KEY ("sku") REFERENCES "products"("sku") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "orders" ADD CONSTRAINT "orders_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "lab_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_sku_fkey" FOREIGN KEY ("sku") REFERENCES "products"("sku") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lab_runs" ADD CONSTRAINT "lab_runs_sku_fkey" FOREIGN KEY ("sku") REFERENCES "products"("sku") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lab_answers" ADD CONSTRAINT "lab_answers_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "lab_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What keeps the stock row honest. An unlocked race does not break these: both buyers write the same consistent row,
-- and the numbers that both hold are the evidence.
ALTER TABLE "stock" ADD CONSTRAINT "stock_not_negative" CHECK ("stock" >= 0);
ALTER TABLE "stock" ADD CONSTRAINT "stock_counts_its_units"
  CHECK ("stock" = "edition" - "next_unit" + 1 + cardinality("returned_units"));
ALTER TABLE "order_lines" ADD CONSTRAINT "line_has_its_units"
  CHECK ("quantity" > 0 AND cardinality("unit_numbers") = "quantity");
ALTER TABLE "stock_movements" ADD CONSTRAINT "movement_adds_up"
  CHECK ("stock_after" = "stock_before" + "delta" AND cardinality("unit_numbers") = abs("delta"));
