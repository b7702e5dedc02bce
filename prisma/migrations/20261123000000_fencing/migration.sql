-- AlterTable
ALTER TABLE "stock" ADD COLUMN     "fence" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "fence_guard" TEXT NOT NULL DEFAULT 'none';

-- CreateTable
CREATE TABLE "refused_writes" (
    "id" BIGSERIAL NOT NULL,
    "sku" TEXT NOT NULL,
    "guard" TEXT NOT NULL,
    "fencing_token" BIGINT NOT NULL,
    "fence" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "refused_writes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "refused_writes_sku_id_idx" ON "refused_writes"("sku", "id");

-- Not a column's sequence: it numbers the leases that Redlock grants, and PostgreSQL keeps it when every lock node
-- starts again empty.
CREATE SEQUENCE "redlock_fencing_tokens" AS BIGINT;
