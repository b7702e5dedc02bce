import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Database } from "../../db/client.ts";
import type { Answer } from "./answers.ts";
import { stopwatch } from "./stopwatch.ts";

/**
 * The number of concurrent buyers in one replica. With more, this process would be the bottleneck instead of the locks.
 */
const CROWD_LIMIT = 5_000;

/** The number of checkouts of one request to send buyers. Bounds the number of responses that a run stores. */
export const CHECKOUT_LIMIT = 20_000;

const ANSWER_BOUND_MS = 60_000;
/** How long buyers who repeat their checkout wait for the last responses. */
const LAST_ANSWERS_MS = 5_000;
/** The delay before a rejected buyer retries, so that a checkout that fails immediately is not flooded. */
const AFTER_REFUSAL_MS = 100;
const WRITE_ATTEMPTS = 5;
const BETWEEN_WRITES_MS = 500;

type Told = Pick<Answer, "outcome" | "orderId" | "unitNumbers">;

/** The connection failed, or the response was not the checkout's. Only the ledger shows whether there is an order. */
const NO_ANSWER: Told = { outcome: "NO_ANSWER", unitNumbers: [] };

interface Crowd {
  run: { id: string; sku: string };
  count: number;
  quantity: number;
  /** Each buyer repeats the checkout for this long. Without it, each buyer sends one. */
  forMs?: number;
}

interface CrowdOptions {
  database: Database;
  replicaUrls: readonly string[];
  keepAnswer(answer: Answer): Promise<void>;
  onError(error: unknown): void;
}

/**
 * Sends checkouts of many buyers at the same moment, distributed over the replicas. They use HTTP like any client. The
 * server sends them because a browser opens too few connections.
 */
export function crowds({ database, replicaUrls, keepAnswer, onError }: CrowdOptions) {
  const agent = new Agent({ connections: null });
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

  async function race({ run, count, quantity, forMs = 0 }: Crowd): Promise<void> {
    const homecomings = countFinished(run.id);
    const body = JSON.stringify({ items: [{ sku: run.sku, quantity }] });
    const until = performance.now() + forMs;
    const boundMs = () => (forMs > 0 ? until + LAST_ANSWERS_MS - performance.now() : ANSWER_BOUND_MS);
    let checkouts = 0;

    const buyOnce = async (index: number, turn: number) => {
      checkouts += 1;
      const asked = { runId: run.id, attempt: randomUUID(), shopper: String(index + 1), replica: "none", quantity };
      const interval = stopwatch();
      const url = new URL("/api/checkout", replicaUrls[(index + turn) % replicaUrls.length]);
      const told = await buy(url, body, asked, boundMs()).catch(() => NO_ANSWER);
      const seen = interval();
      const waitedMs = Number(seen.answeredNs - seen.askedNs) / 1e6;
      return { outcome: told.outcome, kept: keepAnswer({ ...asked, ...told, ...seen, observer: "client", waitedMs }) };
    };
    const isOver = () => performance.now() >= until || checkouts >= CHECKOUT_LIMIT;
    const buyers = Array.from({ length: count }, async (_, index) => {
      for (let turn = 0, again = true; again; turn += 1) {
        const { outcome, kept } = await buyOnce(index, turn);
        again = outcome !== "OUT_OF_STOCK" && !isOver();
        // Responses are stored in sequence: when the last one is stored, so are the earlier ones.
        if (!again) await kept;
        else if (outcome !== "RESERVED") await sleep(AFTER_REFUSAL_MS);
      }
      homecomings.one();
    });
    await Promise.all(buyers);
    await homecomings.written();
  }

  /**
   * Counts the finished buyers in the run's row, one write at a time. If a write fails, the next one includes its
   * count.
   */
  function countFinished(runId: string) {
    let unwritten = 0;
    let writing = Promise.resolve();
    const write = async () => {
      if (unwritten === 0) return;
      const increment = unwritten;
      unwritten = 0;
      try {
        await database.labRun.update({ where: { id: runId }, data: { buyersAnswered: { increment } } });
      } catch (error) {
        unwritten += increment;
        onError(error);
      }
    };
    return {
      one() {
        unwritten += 1;
        writing = writing.then(write);
      },
      async written() {
        await writing;
        for (let attempt = 1; unwritten > 0 && attempt < WRITE_ATTEMPTS; attempt += 1) {
          await sleep(BETWEEN_WRITES_MS);
          await write();
        }
      },
    };
  }

  async function buy(
    url: URL,
    body: string,
    { shopper, attempt }: { shopper: string; attempt: string },
    boundMs: number,
  ): Promise<Told> {
    const response = await request(url, {
      method: "POST",
      dispatcher: agent,
      headersTimeout: boundMs,
      bodyTimeout: boundMs,
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
