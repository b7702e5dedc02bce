import { ProblemError } from "./client.ts";
import type { Problem } from "./types.ts";

type Sentence = string | ((problem: Partial<Problem>) => string);

/** What each problem code means to a shopper. The one table. */
const sentences: Record<string, Sentence> = {
  ALREADY_PAID: "This order is paid already. Your card was charged once.",
  CROWD_AWAY: ({ detail }) => `The crowd did not come home in time. ${detail ?? ""}`.trim(),
  DATABASE_UNAVAILABLE:
    "The shop's database does not answer right now. Nothing was bought; please try again in a moment.",
  IDEMPOTENCY_KEY_REUSED: "Your cart changed while it was being ordered. Please place the order again.",
  INVALID_REQUEST: ({ detail }) => `Something in the request is not right. ${detail ?? ""}`.trim(),
  LAB_TOKEN_REQUIRED: "The lab wants its token. The terminal that started the shop shows it.",
  LOCK_BUSY: ({ reason }) =>
    reason === "too-few-nodes"
      ? "Too few lock nodes answer, so nobody can be sure who is first. Nothing was bought; please try again."
      : "Many people want this at the same moment, and your turn did not come in time. Nothing was bought; please try again.",
  LOCK_LOST: ({ fencingToken, fence }) =>
    fence
      ? `The lock was lost: the database had seen token ${fence} and refused the stale ${fencingToken}. Nothing was bought; please try again.`
      : "The lock was lost: its time ran out just before the order was placed. Nothing was bought; please try again.",
  NOT_FOUND: "There is nothing here.",
  ORDER_CANCELLED: "This order was cancelled, and its units went back on the shelf.",
  ORDER_EXPIRED: "The reservation ran out, and its units went back on the shelf. You were not charged.",
  ORDER_NOT_FOUND: "We know no such order of yours.",
  ORDER_TOO_LARGE: "This cart costs more than one order may. Nothing was bought; please order less at once.",
  OUT_OF_STOCK: ({ left, sku }) =>
    Number(left) > 0
      ? `Only ${left} of “${sku}” ${Number(left) === 1 ? "is" : "are"} left. Nothing was bought.`
      : "Sold out: somebody else was first. Nothing was bought.",
  PAYMENT_DECLINED: "The bank declined this card. Your units are still reserved: try another card.",
  PAYMENT_IN_PROGRESS: "A payment for this order is under way. Wait a moment; you will not be charged twice.",
  PRODUCT_NOT_FOUND: "We do not sell that.",
  RUN_NOT_FOUND: "This race was swept away. Start a new one.",
  STRATEGY_UNAVAILABLE: ({ detail }) => detail ?? "This strategy's service is not running here.",
  TOO_MANY_BUYERS: "So many buyers are under way already that this race has to wait. Try again in a few seconds.",
  TOO_MANY_REPLAYS: "Several replays are being played already. Try again in a few seconds.",
  TOO_MANY_VIEWERS: "Too many people are watching races. The result is right; its drawing has to wait.",
  UNKNOWN_SKU: "Something in the cart is not sold here any more. Please remove it.",
  UNREACHABLE: "The shop could not be reached. Check the connection and try again: you will not buy twice.",
};

/** A sentence for whatever went wrong. */
export function sentenceFor(error: unknown): string {
  if (!(error instanceof ProblemError)) return "Something went wrong on this page. Reload it and try again.";
  const sentence = sentences[error.problem.code];
  if (typeof sentence === "function") return sentence(error.problem);
  return sentence ?? error.problem.detail ?? "Something broke in the shop. It was noted; please try again.";
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof ProblemError ? error.problem.code : undefined;
