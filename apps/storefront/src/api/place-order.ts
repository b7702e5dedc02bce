import { answerInTime, client, ProblemError, unwrap } from "./client.ts";
import type { Order } from "./types.ts";

export interface CartLine {
  sku: string;
  quantity: number;
}

const BUSY_RETRIES = 2;

/**
 * Places an order. The same key may be sent again after any failure: the API answers with the one order it made.
 * When the lock is busy this waits as long as the API asks, and tries twice more before it tells the buyer; once
 * `left` is aborted, because the buyer has left the page, nothing more is sent.
 * @throws ProblemError
 */
export async function placeOrder(
  items: readonly CartLine[],
  idempotencyKey: string,
  left: AbortSignal,
): Promise<Order> {
  for (let retries = 0; ; retries++) {
    try {
      return await unwrap(
        client.POST("/api/checkout", {
          params: { header: { "Idempotency-Key": idempotencyKey } },
          body: { items: [...items] },
          signal: answerInTime(),
        }),
      );
    } catch (error) {
      const busy = error instanceof ProblemError && error.problem.code === "LOCK_BUSY";
      if (!busy || retries >= BUSY_RETRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? 1_000));
      if (left.aborted) throw error;
    }
  }
}
