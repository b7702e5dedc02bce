import { STATUS_CODES } from "node:http";
import { LeaseLost, LockBusy } from "@last-unit/locks";
import type { ErrorRequestHandler } from "express";
import type { Logger } from "pino";
import { ZodError } from "zod";
import { isDatabaseUnavailable, isLockTimeout, isRetryable } from "../db/errors.ts";
import { type ErrorCode, ShopError, StaleToken, UnknownStock } from "../errors.ts";

/** The HTTP status and title of every error code. */
export const problems: Record<ErrorCode, { status: number; title: string }> = {
  ALREADY_PAID: { status: 409, title: "The order is paid" },
  BODY_TOO_LARGE: { status: 413, title: "The body is larger than 16 kB" },
  DATABASE_UNAVAILABLE: { status: 503, title: "The database is unavailable" },
  HISTORY_UNORDERED: { status: 409, title: "The run's observers have no common clock" },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: "The idempotency key belongs to another request" },
  INTERNAL_ERROR: { status: 500, title: "Something broke" },
  INVALID_REQUEST: { status: 422, title: "The request is not valid" },
  FOREIGN_HOST: { status: 421, title: "Not the name of this address" },
  FOREIGN_ORIGIN: { status: 403, title: "A request of another site" },
  LAB_TOKEN_REQUIRED: { status: 401, title: "The lab wants its token" },
  LOCK_BUSY: { status: 503, title: "The lock was not granted in time" },
  LOCK_LOST: { status: 409, title: "The lock was lost" },
  MALFORMED_JSON: { status: 400, title: "The body is not JSON" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The method is not allowed here" },
  NOT_FOUND: { status: 404, title: "There is nothing here" },
  ORDER_CANCELLED: { status: 409, title: "The order was cancelled" },
  ORDER_EXPIRED: { status: 409, title: "The reservation ran out" },
  ORDER_NOT_FOUND: { status: 404, title: "There is no such order" },
  ORDER_TOO_LARGE: { status: 422, title: "The order costs more than one order may" },
  OUT_OF_STOCK: { status: 409, title: "Sold out" },
  PAYMENT_DECLINED: { status: 402, title: "The card was declined" },
  PAYMENT_IN_PROGRESS: { status: 409, title: "A payment is under way" },
  PRODUCT_NOT_FOUND: { status: 404, title: "There is no such product" },
  RUN_NOT_FOUND: { status: 404, title: "There is no such run" },
  STRATEGY_UNAVAILABLE: { status: 409, title: "The strategy's service is missing" },
  TOO_MANY_BUYERS: { status: 429, title: "Too many buyers are under way" },
  TOO_MANY_REPLAYS: { status: 429, title: "Too many replays are under way" },
  TOO_MANY_VIEWERS: { status: 503, title: "Too many viewers" },
  UNKNOWN_SKU: { status: 422, title: "The cart names a product that is not sold here" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The body must be application/json" },
};

const retryAfterSeconds: Partial<Record<ErrorCode, number>> = {
  LOCK_BUSY: 1,
  DATABASE_UNAVAILABLE: 2,
  TOO_MANY_BUYERS: 5,
  TOO_MANY_REPLAYS: 2,
  TOO_MANY_VIEWERS: 5,
};

/** Converts a thrown value to an error with a code. An unexpected error becomes INTERNAL_ERROR, without its message. */
export function toShopError(error: unknown): ShopError {
  if (error instanceof ShopError) return error;
  if (error instanceof ZodError) {
    const issues = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    // One value may break several rules, and several lines the same rule. Each sentence is included once.
    const sentences = new Set(issues.map(({ message }) => message));
    return new ShopError("INVALID_REQUEST", [...sentences].join(" "), { issues });
  }
  if (error instanceof LockBusy) {
    const { reason, votes } = error;
    return new ShopError("LOCK_BUSY", busySentences[reason], { reason, votes }, { cause: error });
  }
  if (error instanceof UnknownStock) {
    return new ShopError("UNKNOWN_SKU", `The shop does not sell “${error.sku}”.`, { sku: error.sku });
  }
  if (error instanceof StaleToken) {
    const tokens = { sku: error.sku, fencingToken: String(error.token), fence: String(error.fence) };
    const detail =
      "Another buyer has been given the lock meanwhile, and the database refused this write. Nothing was bought; try again.";
    return new ShopError("LOCK_LOST", detail, tokens, { cause: error });
  }
  if (error instanceof LeaseLost) {
    return new ShopError("LOCK_LOST", "The lock ran out before the order was placed. Nothing was bought; try again.", {
      votes: error.votes,
    });
  }
  if (isLockTimeout(error) || isRetryable(error)) {
    return new ShopError("LOCK_BUSY", busySentences.contention, { reason: "contention" }, { cause: error });
  }
  if (isDatabaseUnavailable(error)) {
    return new ShopError(
      "DATABASE_UNAVAILABLE",
      "The shop's database cannot be used right now. Try again in a moment.",
      {},
    );
  }
  return fromBodyParser(error) ?? new ShopError("INTERNAL_ERROR", "This should not have happened. It was logged.");
}

const busySentences = {
  contention: "Others are buying the same product. Nothing was bought; try again.",
  "too-few-nodes": "Too few Redis instances answer, so no lock can be granted. Nothing was bought; try again.",
  unreachable: "The service that grants the lock does not answer. Nothing was bought; try again.",
  timeout: "The Redis instances answered so late that the lock had expired. Nothing was bought; try again.",
};

function fromBodyParser(error: unknown): ShopError | undefined {
  const { type, status } = error as { type?: unknown; status?: unknown };
  if (type === "entity.too.large") return new ShopError("BODY_TOO_LARGE", "A body may have 16 kB at most.");
  if (type === "entity.parse.failed") return new ShopError("MALFORMED_JSON", "The body could not be read as JSON.");
  if (status === 415) return new ShopError("UNSUPPORTED_MEDIA_TYPE", "Send application/json in UTF-8.");
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new ShopError("INVALID_REQUEST", "The request could not be read.");
  }
  return undefined;
}

/** Express's error handler. Responds with problem details (RFC 9457). */
export const answerProblem =
  (logger: Logger): ErrorRequestHandler =>
  (error, _request, response, next) => {
    const refusal = toShopError(error);
    const { status, title } = problems[refusal.code];
    const { requestId } = response.locals;
    if (refusal.code === "INTERNAL_ERROR") logger.error({ req: { id: requestId }, err: error }, title);
    else if (status >= 500) {
      const reason = String(error);
      logger.warn({ req: { id: requestId }, code: refusal.code, reason, ...refusal.extras }, title);
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    const retryAfter = retryAfterSeconds[refusal.code];
    if (retryAfter) response.set("Retry-After", String(retryAfter));
    if (refusal.code === "METHOD_NOT_ALLOWED") response.set("Allow", String(refusal.extras.allow));
    if (refusal.code === "LAB_TOKEN_REQUIRED") response.set("WWW-Authenticate", "Bearer");
    response
      .status(status)
      .type("application/problem+json")
      .send(
        JSON.stringify({
          type: "about:blank",
          title: title ?? STATUS_CODES[status],
          status,
          detail: refusal.message,
          code: refusal.code,
          requestId,
          ...refusal.extras,
        }),
      );
  };
