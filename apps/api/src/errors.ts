/**
 * Every way in which the shop says no, by its stable code. `http/problems.ts` maps each code to a status and a title;
 * the compiler finds the one that is missing there.
 */
export type ErrorCode =
  | "ALREADY_PAID"
  | "BODY_TOO_LARGE"
  | "DATABASE_UNAVAILABLE"
  | "HISTORY_UNORDERED"
  | "IDEMPOTENCY_KEY_REUSED"
  | "INTERNAL_ERROR"
  | "INVALID_REQUEST"
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

/** A refusal that the caller can act on. `extras` are further members of the problem details. */
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
