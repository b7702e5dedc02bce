-- AlterTable
ALTER TABLE "lab_runs" ADD COLUMN     "watchable" BOOLEAN NOT NULL DEFAULT true;
