import { ProblemError } from "../api/client.ts";
import { placeOrder } from "../api/place-order.ts";
import type { Order } from "../api/types.ts";
import { cart } from "../cart/cart.ts";
import type { CartState, Fate } from "../cart/cart-state.ts";

/** Another tab changed the cart, and the buyer has not seen it. Nothing was sent. */
export class CartChanged extends Error {
  override readonly name = "CartChanged";
}

/** The order of this cart was placed before, without an answer, and has been cancelled or has expired since. */
export class OrderEnded extends Error {
  override readonly name = "OrderEnded";

  constructor(readonly order: Order) {
    super(`Order ${order.id} is ${order.status}.`);
  }
}

/**
 * Places the order of the cart that is shown, or first the earlier one that is unanswered. What was ordered leaves the
 * cart, also if the buyer has left the page meanwhile (`left`).
 * @throws ProblemError, CartChanged, OrderEnded
 */
export async function placeCart(shown: CartState, left: AbortSignal): Promise<Order> {
  const sending = cart.send(shown);
  if (!sending) throw new CartChanged();
  const { key, lines } = sending.intent;
  let order: Order;
  try {
    order = await placeOrder(lines, key, left);
  } catch (error) {
    const fate = fateAfter(error, sending.repeated);
    if (fate) cart.answered(key, fate);
    throw error;
  }
  if (order.status === "cancelled" || order.status === "expired") {
    cart.answered(key, "ended");
    throw new OrderEnded(order);
  }
  cart.answered(key, "ordered");
  return order;
}

/** Undefined while the order may have been placed: there was no answer, or the shop failed while it worked on it. */
function fateAfter(error: unknown, repeated: boolean): Fate | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  const { code, status } = error.problem;
  if (code === "UNREACHABLE") return undefined;
  if (code === "IDEMPOTENCY_KEY_REUSED") return "ended";
  // A busy lock refuses this try, and says nothing of an earlier one that got no answer.
  if (code === "LOCK_BUSY") return repeated ? undefined : "refused";
  return status < 500 ? "refused" : undefined;
}
