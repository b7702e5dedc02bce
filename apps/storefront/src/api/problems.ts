import { ProblemError } from "./client.ts";
import type { Problem } from "./types.ts";

type Sentence = string | ((problem: Partial<Problem>) => string);

/** What each problem code means to a buyer. The one table. */
const sentences: Record<string, Sentence> = {
  ALREADY_PAID: "This order is paid already. Your card was charged once.",
  CROWD_AWAY: ({ detail }) => `The buyers did not finish in time. ${detail ?? ""}`.trim(),
  DATABASE_UNAVAILABLE:
    "The shop's database does not answer right now. Please try again in a moment: you will not buy twice.",
  IDEMPOTENCY_KEY_REUSED: "Your cart changed while it was being ordered. Please place the order again.",
  // `issues` come from a validator, whose texts are written for programmers.
  INVALID_REQUEST: ({ detail, issues }) =>
    detail && !issues ? detail : "The shop does not accept this request, and changed nothing.",
  LAB_BUSY: ({ detail }) => detail ?? "The lab is in use. Try again in a moment.",
  LAB_TOKEN_REQUIRED: "The lab requires its token. It is the value of LAB_TOKEN, which is also in stack.json.",
  LOCK_BUSY: ({ reason }) =>
    reason === "too-few-nodes"
      ? "Too few Redis instances answer, so no lock can be granted. Nothing was bought; please try again."
      : "Many people want this at the same moment, and your turn did not come in time. Nothing was bought; please try again.",
  LOCK_LOST: ({ fencingToken, fence }) =>
    fence
      ? `The lock was lost: the database had stored token ${fence} and rejected the lower token ${fencingToken}. Nothing was bought; please try again.`
      : "The lock was lost: its lease expired before the order was placed. Nothing was bought; please try again.",
  NOT_FOUND: "There is nothing here.",
  ORDER_CANCELLED: "This order was cancelled, and its units are for sale again.",
  ORDER_EXPIRED: "The reservation expired, and its units are for sale again. You were not charged.",
  ORDER_NOT_FOUND: "You have no order with this number.",
  ORDER_TOO_LARGE: "This cart exceeds the maximum total of an order. Nothing was bought; please order fewer items.",
  OUT_OF_STOCK: ({ left, sku }) =>
    Number(left) > 0
      ? `Only ${left} of “${sku}” ${Number(left) === 1 ? "is" : "are"} left. Nothing was bought.`
      : "Sold out: somebody else was first. Nothing was bought.",
  PAYMENT_DECLINED: "The bank declined this card. Your units are still reserved: try another card.",
  PAYMENT_IN_PROGRESS: "A payment for this order is under way. Wait a moment; you will not be charged twice.",
  PRODUCT_NOT_FOUND: "There is no such product.",
  RUN_NOT_FOUND: "This race has been deleted. Start a new one.",
  STRATEGY_UNAVAILABLE: ({ detail }) => detail ?? "This strategy's service is not running here.",
  TOO_MANY_BUYERS: "Too many simulated buyers are running already. Try again in a few seconds.",
  TOO_MANY_REPLAYS: "Several replays are running already. Try again in a few seconds.",
  TOO_MANY_VIEWERS: "Too many people are watching races. The result is correct, but its timeline cannot be shown now.",
  UNKNOWN_SKU: "Something in the cart is not sold here any more. Please remove it.",
  UNREACHABLE: "The shop can’t be reached. Check the connection and try again. Nothing is sent until you do.",
};

/** A sentence for whatever went wrong; `own` are the caller's sentences for codes that mean something special to it. */
export function sentenceFor(error: unknown, own: Record<string, string> = {}): string {
  if (!(error instanceof ProblemError)) return "Something went wrong on this page. Reload it and try again.";
  const sentence = own[error.problem.code] ?? sentences[error.problem.code];
  if (typeof sentence === "function") return sentence(error.problem);
  return sentence ?? error.problem.detail ?? "Something failed in the shop. The failure was logged; please try again.";
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof ProblemError ? error.problem.code : undefined;
