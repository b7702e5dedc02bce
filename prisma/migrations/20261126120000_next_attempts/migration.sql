-- An order whose expiry or payment could not be settled waits until then, and lets others go first.
ALTER TABLE "orders" ADD COLUMN "next_attempt_at" TIMESTAMPTZ(6);
