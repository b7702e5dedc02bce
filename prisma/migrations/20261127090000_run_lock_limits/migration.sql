-- AlterTable
ALTER TABLE "lab_runs" ADD COLUMN     "lock_ttl_ms" INTEGER,
ADD COLUMN     "lock_wait_ms" INTEGER;
