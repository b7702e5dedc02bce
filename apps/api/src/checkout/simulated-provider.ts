import { once } from "node:events";
import type { Database } from "../db/client.ts";
import { type PaymentProvider, PaymentTimeout } from "./payment-provider.ts";

/** Any other card number is declined. */
export const testCards = {
  accepted: "4242424242424242",
  declined: "4000000000000002",
  timesOut: "4000000000000341",
} as const;

/** How long a charge on the `timesOut` card stays pending. Longer than the shop's timeout. */
const PENDING_MS = 4_000;

/**
 * A simulated payment provider. It keeps its charges in its own table, outside the shop's transactions, so that a charge
 * survives the crash of a replica.
 */
export function simulatedProvider(database: Database): PaymentProvider {
  return {
    async charge({ idempotencyKey, amountCents, card, signal }) {
      const timesOut = card === testCards.timesOut;
      const outcome = card === testCards.accepted || timesOut ? "succeeded" : "declined";
      const [charge] = await database.$queryRaw<{ outcome: string }[]>`
        INSERT INTO provider_charges (idempotency_key, amount_cents, outcome, settles_at)
        VALUES (${idempotencyKey}, ${amountCents}, ${outcome},
                now() + ${timesOut ? PENDING_MS : 0} * interval '1 millisecond')
        ON CONFLICT (idempotency_key) DO UPDATE SET idempotency_key = EXCLUDED.idempotency_key
        RETURNING outcome`;
      if (timesOut) {
        // Simulates a bank that does not answer before the caller's timeout.
        if (!signal.aborted) await once(signal, "abort");
        throw new PaymentTimeout("The payment provider did not answer in time.", { cause: signal.reason });
      }
      return charge?.outcome === "succeeded" ? "succeeded" : "declined";
    },

    async settle(idempotencyKey) {
      const [charge] = await database.$queryRaw<{ outcome: "succeeded" | "declined" | "void"; pending: boolean }[]>`
        INSERT INTO provider_charges (idempotency_key, amount_cents, outcome, settles_at)
        VALUES (${idempotencyKey}, 0, 'void', now())
        ON CONFLICT (idempotency_key) DO UPDATE SET idempotency_key = EXCLUDED.idempotency_key
        RETURNING outcome, settles_at > now() AS pending`;
      if (!charge) return "unknown";
      return charge.pending ? "pending" : charge.outcome;
    },
  };
}
