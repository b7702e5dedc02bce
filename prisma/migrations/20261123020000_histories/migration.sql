-- AlterTable
ALTER TABLE "lab_answers" ADD COLUMN     "observer" TEXT NOT NULL DEFAULT 'replica',
ADD COLUMN     "machine" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "unit_numbers" INTEGER[],
ADD COLUMN     "asked_ns" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "answered_ns" BIGINT NOT NULL DEFAULT 0;

-- What was answered before has no place on a monotonic clock, and runs live for an hour at most.
DELETE FROM "lab_answers";

ALTER TABLE "lab_answers" ALTER COLUMN "observer" DROP DEFAULT,
ALTER COLUMN "machine" DROP DEFAULT,
ALTER COLUMN "asked_ns" DROP DEFAULT,
ALTER COLUMN "answered_ns" DROP DEFAULT;
