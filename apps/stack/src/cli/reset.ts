import { StackError } from "../stack-error.ts";
import { ask, Refused, systemToAsk } from "./ask-system.ts";

interface Reset {
  products: number;
  orders: number;
  runs: number;
  tookMs: number;
}

/**
 * `npm run reset`: restores the stock of the catalogue, and removes all orders and runs of the running system. Resolves to
 * the exit code: 0, 1 if the system refuses because it is in use, 2 if it cannot be asked.
 */
export async function reset(root: string, { url }: { url?: string }): Promise<number> {
  try {
    const answer = await ask<Reset>(await systemToAsk(root, url), "POST", "/api/lab/reset");
    const { products, orders, runs, tookMs } = answer;
    console.log(
      `All ${products} products are in stock again; ${orders} orders and ${runs} runs were removed (${(tookMs / 1000).toFixed(1)} s).`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    return error instanceof Refused ? 1 : 2;
  }
}
