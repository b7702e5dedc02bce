import type autocannon from "autocannon";
import type { Plan } from "../http-load.ts";

type Day = Extract<Plan, { kind: "day" }>;
type Ending = "paid" | "declined" | "cancelled" | "sold out" | "busy" | "failed";

/** What one client remembers from its checkout to its payment. */
interface Memory {
  cookie?: string;
  next?: { path: string; body: string; ending: Ending };
}

const ACCEPTED_CARD = "4242424242424242";
const DECLINED_CARD = "4000000000000002";

/** A checkout, and then the payment or the cancellation of the order that it brought. Counts how the stories end. */
export function dayRequests(plan: Day): { requests: autocannon.Request[]; stories: Record<Ending, number> } {
  const stories = { paid: 0, declined: 0, cancelled: 0, "sold out": 0, busy: 0, failed: 0 };
  const pick = zipf(plan.skus.length);
  const cart = () => {
    const size = 1 + Math.floor(Math.random() * 4);
    const skus = new Set(Array.from({ length: size }, () => plan.skus[pick()]));
    return { items: [...skus].map((sku) => ({ sku, quantity: 1 })) };
  };

  const checkout: autocannon.Request = {
    method: "POST",
    path: "/api/checkout",
    setupRequest: (request) => ({ ...request, body: JSON.stringify(cart()) }),
    onResponse(status, body, context, headers) {
      const memory = context as Memory;
      if (status !== 201) {
        stories[status === 409 ? "sold out" : status === 503 ? "busy" : "failed"] += 1;
        return;
      }
      memory.cookie = cookieOf(headers as Record<string, string | string[]>);
      memory.next = nextStep((JSON.parse(body) as { id: string }).id, plan);
    },
  };
  const ending: autocannon.Request = {
    method: "POST",
    setupRequest(request, context) {
      const { next, cookie } = context as Memory;
      // Without an order there is nothing to pay: the client goes on with its next cart.
      if (!next) return undefined as unknown as autocannon.Request;
      const headers = { "content-type": "application/json", cookie: cookie ?? "" };
      return { ...request, path: next.path, body: next.body, headers };
    },
    onResponse(status, _body, context) {
      const { next } = context as Memory;
      if (!next) return;
      stories[status === (next.ending === "declined" ? 402 : 200) ? next.ending : "failed"] += 1;
    },
  };
  return { requests: [checkout, ending], stories };
}

function nextStep(id: string, { declinedShare, cancelledShare }: Day): NonNullable<Memory["next"]> {
  const chance = Math.random();
  if (chance < cancelledShare) return { path: `/api/orders/${id}/cancel`, body: "{}", ending: "cancelled" };
  const isDeclined = chance < cancelledShare + declinedShare;
  const card = isDeclined ? DECLINED_CARD : ACCEPTED_CARD;
  return { path: `/api/orders/${id}/pay`, body: JSON.stringify({ card }), ending: isDeclined ? "declined" : "paid" };
}

function cookieOf(headers: Record<string, string | string[]>): string | undefined {
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === "set-cookie");
  const [cookie] = [entry?.[1] ?? []].flat();
  return cookie?.split(";")[0];
}

/** Draws ranks of 0 to `count` - 1, each as often as 1/(rank + 1): a shop's few bestsellers and its long tail. */
export function zipf(count: number, random: () => number = Math.random): () => number {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    sum += 1 / rank;
    sums.push(sum);
  }
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? sum) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
