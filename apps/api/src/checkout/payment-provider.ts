/** A charge's state at the provider. `unknown`: the provider has no record of it. */
export type ChargeState = "succeeded" | "declined" | "pending" | "void" | "unknown";

/**
 * A third party's system that charges cards. Every request identifies the charge by an idempotency key: the provider never
 * charges the same key twice, and returns its state at any time.
 */
export interface PaymentProvider {
  /** @throws if the provider does not answer before `signal` aborts. The card may have been charged nevertheless. */
  charge(request: {
    idempotencyKey: string;
    amountCents: number;
    card: string;
    signal: AbortSignal;
  }): Promise<"succeeded" | "declined">;
  /**
   * Resolves to the charge's state. If the provider has no record of the charge, this voids it, so that it cannot happen
   * later.
   * @throws if the provider does not answer before `signal` aborts.
   */
  settle(idempotencyKey: string, signal: AbortSignal): Promise<ChargeState>;
}

/** The provider did not answer a charge in time. */
export class PaymentTimeout extends Error {
  override readonly name = "PaymentTimeout";
}
