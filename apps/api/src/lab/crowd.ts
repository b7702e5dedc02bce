import { randomUUID } from "node:crypto";
import { Agent, request } from "undici";
import type { Database } from "../database.ts";
import type { Answer } from "./answers.ts";

/** More than this at once would measure this process instead of the locks. */
export const CROWD_LIMIT = 5_000;
const ANSWER_BOUND_MS = 60_000;
const REPORT_EVERY = 25;

interface Crowd {
  run: { id: string; sku: string };
  count: number;
  quantity: number;
}

interface CrowdOptions {
  database: Database;
  replicaUrls: readonly string[];
  keepAnswer(answer: Answer): Promise<void>;
  onError(error: unknown): void;
}

/**
 * Sends buyers to the checkout, all at the same moment, in turn to each replica. They come over HTTP like anybody: a
 * browser alone opens too few connections for a crowd.
 */
export function crowds({ database, replicaUrls, keepAnswer, onError }: CrowdOptions) {
  const agent = new Agent({ connections: null, headersTimeout: ANSWER_BOUND_MS, bodyTimeout: ANSWER_BOUND_MS });
  let underWay = 0;

  return {
    roomFor: (count: number) => underWay + count <= CROWD_LIMIT,
    async send(crowd: Crowd): Promise<void> {
      underWay += crowd.count;
      try {
        await race(crowd);
      } catch (error) {
        onError(error);
      } finally {
        underWay -= crowd.count;
      }
    },
    close: () => agent.destroy(),
  };

  async function race({ run, count, quantity }: Crowd): Promise<void> {
    let unreported = 0;
    const report = async (atLeast: number) => {
      if (unreported < atLeast) return;
      const increment = unreported;
      unreported = 0;
      await database.labRun.update({ where: { id: run.id }, data: { buyersAnswered: { increment } } });
    };
    const body = JSON.stringify({ items: [{ sku: run.sku, quantity }] });
    const buyers = Array.from({ length: count }, async (_, index) => {
      const askedAt = new Date();
      const url = new URL("/api/checkout", replicaUrls[index % replicaUrls.length]);
      const shopper = String(index + 1);
      try {
        const answer = await request(url, {
          method: "POST",
          dispatcher: agent,
          headers: { "content-type": "application/json", "x-lab-shopper": shopper },
          body,
        });
        await answer.body.dump();
      } catch {
        // The connection broke: whether this buyer has an order, only the ledger knows.
        const lost = { runId: run.id, attempt: randomUUID(), shopper, replica: "none", quantity, outcome: "NO_ANSWER" };
        await keepAnswer({ ...lost, waitedMs: Date.now() - askedAt.getTime(), askedAt, answeredAt: new Date() });
      }
      unreported += 1;
      await report(REPORT_EVERY).catch(onError);
    });
    await Promise.all(buyers);
    await report(1);
  }
}
