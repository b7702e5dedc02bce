/** What the provider says of a charge. `unknown`: it has never heard of it. */
export type ChargeState = "succeeded" | "declined" | "pending" | "void" | "unknown";

/**
 * Somebody else's system that takes money. Every call names the charge by an idempotency key: the same key never charges
 * twice, and its state can be asked for at any time.
 */
export interface PaymentProvider {
  /** @throws when the provider does not answer before `signal` aborts; the charge may have happened all the same. */
  charge(request: {
    idempotencyKey: string;
    amountCents: number;
    card: string;
    signal: AbortSignal;
  }): Promise<"succeeded" | "declined">;
  /** The charge's state. A charge that the provider has not seen is voided by the question: it can never happen later. */
  settle(idempotencyKey: string): Promise<ChargeState>;
}

/** A charge that the provider did not answer in time. */
export class PaymentTimeout extends Error {
  override readonly name = "PaymentTimeout";
}
