import { LeaseLost } from "@last-unit/locks";

/**
 * The stable codes of all errors that the API returns. `http/problems.ts` maps each code to a status and a title; the
 * compiler reports a missing one.
 */
export type ErrorCode =
  | "ALREADY_PAID"
  | "BODY_TOO_LARGE"
  | "DATABASE_UNAVAILABLE"
  | "FOREIGN_HOST"
  | "FOREIGN_ORIGIN"
  | "HISTORY_UNORDERED"
  | "IDEMPOTENCY_KEY_REUSED"
  | "INTERNAL_ERROR"
  | "INVALID_REQUEST"
  | "LAB_BUSY"
  | "LAB_TOKEN_REQUIRED"
  | "LOCK_BUSY"
  | "LOCK_LOST"
  | "MALFORMED_JSON"
  | "METHOD_NOT_ALLOWED"
  | "NOT_FOUND"
  | "ORDER_CANCELLED"
  | "ORDER_EXPIRED"
  | "ORDER_NOT_FOUND"
  | "ORDER_TOO_LARGE"
  | "OUT_OF_STOCK"
  | "PAYMENT_DECLINED"
  | "PAYMENT_IN_PROGRESS"
  | "PRODUCT_NOT_FOUND"
  | "RUN_NOT_FOUND"
  | "STRATEGY_UNAVAILABLE"
  | "TOO_MANY_BUYERS"
  | "TOO_MANY_REPLAYS"
  | "TOO_MANY_VIEWERS"
  | "UNKNOWN_SKU"
  | "UNSUPPORTED_MEDIA_TYPE";

/** An error that the client can act on. `extras` are additional members of the problem details. */
export class ShopError extends Error {
  override readonly name = "ShopError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extras: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The stock row does not exist: the product was removed after the checkout found it. */
export class UnknownStock extends Error {
  override readonly name = "UnknownStock";

  constructor(readonly sku: string) {
    super(`There is no stock row for ${sku}.`);
  }
}

/** PostgreSQL rejected a write, because a later lease holder has stored a higher fencing token in the stock row. */
export class StaleToken extends LeaseLost {
  override readonly name = "StaleToken";

  constructor(
    readonly sku: string,
    readonly token: bigint,
    /** The highest token that the row has stored. */
    readonly fence: bigint,
  ) {
    super(`The write to ${sku} carried the fencing token ${token}; the row has seen ${fence}.`);
  }

  override get detail() {
    return { sku: this.sku, fencingToken: String(this.token), fence: String(this.fence) };
  }
}
