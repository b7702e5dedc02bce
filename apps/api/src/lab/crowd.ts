import { randomUUID } from "node:crypto";
import { Agent, request } from "undici";
import type { Database } from "../database.ts";
import type { Answer } from "./answers.ts";
import { stopwatch } from "./stopwatch.ts";

/** More than this at once would measure this process instead of the locks. */
export const CROWD_LIMIT = 5_000;
const ANSWER_BOUND_MS = 60_000;
const REPORT_EVERY = 25;

type Told = Pick<Answer, "outcome" | "orderId" | "unitNumbers">;

/** The connection broke, or brought something else than the checkout's answer: only the ledger knows of an order. */
const NO_ANSWER: Told = { outcome: "NO_ANSWER", unitNumbers: [] };

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
      const asked = { runId: run.id, attempt: randomUUID(), shopper: String(index + 1), replica: "none", quantity };
      const interval = stopwatch();
      const url = new URL("/api/checkout", replicaUrls[index % replicaUrls.length]);
      const told = await buy(url, body, asked).catch(() => NO_ANSWER);
      const seen = interval();
      const waitedMs = seen.answeredAt.getTime() - seen.askedAt.getTime();
      await keepAnswer({ ...asked, ...told, ...seen, observer: "client", waitedMs });
      unreported += 1;
      await report(REPORT_EVERY).catch(onError);
    });
    await Promise.all(buyers);
    await report(1);
  }

  async function buy(
    url: URL,
    body: string,
    { shopper, attempt }: { shopper: string; attempt: string },
  ): Promise<Told> {
    const response = await request(url, {
      method: "POST",
      dispatcher: agent,
      headers: { "content-type": "application/json", "x-lab-shopper": shopper, "x-lab-attempt": attempt },
      body,
    });
    const answer = (await response.body.json()) as { code: string; id: string; lines: { unitNumbers: number[] }[] };
    if (response.statusCode !== 201) return { outcome: answer.code, unitNumbers: [] };
    return {
      outcome: "RESERVED",
      orderId: answer.id,
      unitNumbers: answer.lines.flatMap(({ unitNumbers }) => unitNumbers),
    };
  }
}
