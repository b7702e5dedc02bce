import { client, ProblemError, unwrap } from "../../api/client.ts";
import type { Sales, Verdict } from "../../api/types.ts";
import type { LabHeaders } from "../lab-access.tsx";
import { pause } from "../waiting.ts";

/** One strategy's figures with one number of concurrent buyers. */
export interface Point {
  /** Buyers at once. */
  crowd: number;
  /** Each unit number counted once. */
  unitsPerSecond: number;
  /** As the buyers were told: a unit counts for each of them. */
  claimedPerSecond: number;
  units: number;
  /** How many times a unit was sold while another order held it. */
  oversold: number;
  /** From a buyer's request to the response. */
  waitMs: { p50: number; p99: number };
  /** Checkouts that ended without an order: busy, failed or unanswered. */
  refused: number;
}

interface Measured {
  strategy: string;
  crowd: number;
  forMs: number;
  headers: LabHeaders;
  signal: AbortSignal;
  /** Receives the id of the run, so that the caller can wait for its buyers after an abort. */
  onRun?: (runId: string) => void;
  onSales?: (sales: Sales) => void;
}

/** More than any size can sell in its time. */
const EDITION = 1_000_000;
const POLL_MS = 250;
/** What the server grants its last buyers, and some more. */
const PATIENCE_MS = 20_000;

/**
 * Sends concurrent buyers to a new product for `forMs`, and polls the counter until the last one has finished.
 * @throws ProblemError when the server refuses, or when the buyers do not finish in time; AbortError on abort.
 */
export async function measureCrowd({ strategy, crowd, forMs, headers, signal, ...tell }: Measured): Promise<Point> {
  const body = { strategy: strategy as never, stock: EDITION, thinkTimeMs: 0, watchable: false };
  const run = await unwrap(client.POST("/api/lab/runs", { body, headers, signal }));
  const path = { id: run.id };
  // Before the buyers are sent: an abort may come while the server starts them.
  tell.onRun?.(run.id);
  await unwrap(
    client.POST("/api/lab/runs/{id}/buyers", {
      params: { path },
      body: { count: crowd, quantity: 1, forMs },
      headers,
      signal,
    }),
  );
  const sales = await crowdHome(run.id, headers, signal, tell.onSales, forMs + PATIENCE_MS);
  const verdict = await patiently(
    () =>
      unwrap(
        client.GET("/api/lab/runs/{id}/verdict", {
          params: { path, query: { history: "left-out" } },
          headers,
          signal,
        }),
      ),
    Date.now() + PATIENCE_MS,
    signal,
  );
  return toPoint(crowd, sales, verdict);
}

/** Resolves to the last count when every buyer of the run has finished. */
export async function crowdHome(
  runId: string,
  headers: LabHeaders,
  signal: AbortSignal,
  onSales: (sales: Sales) => void = () => {},
  withinMs = PATIENCE_MS,
): Promise<Sales> {
  const until = Date.now() + withinMs;
  const ask = () =>
    unwrap(client.GET("/api/lab/runs/{id}/sales", { params: { path: { id: runId } }, headers, signal }));
  for (;;) {
    await pause(POLL_MS, signal);
    const sales = await patiently(ask, until, signal);
    onSales(sales);
    if (sales.buyers.answered >= sales.buyers.asked) return sales;
    if (Date.now() > until) {
      const detail = `Of ${sales.buyers.asked} buyers, ${sales.buyers.answered} have finished so far. A replica may have stopped.`;
      throw new ProblemError({ code: "CROWD_AWAY", status: 0, detail });
    }
  }
}

/** A busy database may refuse the count for a moment; try again then. */
async function patiently<T>(ask: () => Promise<T>, until: number, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const passing = error instanceof ProblemError && (error.problem.status === 503 || error.problem.status === 0);
      if (!passing || Date.now() > until) throw error;
      await pause(POLL_MS * 2, signal);
    }
  }
}

export const perSecond = (count: number, ms: number) => (ms > 0 ? (count / ms) * 1_000 : 0);

function toPoint(crowd: number, { elapsedMs, distinctUnits, unitsSold }: Sales, verdict: Verdict): Point {
  const asked = Object.values(verdict.answers).reduce((sum, count) => sum + count, 0);
  return {
    crowd,
    unitsPerSecond: perSecond(distinctUnits, elapsedMs),
    claimedPerSecond: perSecond(unitsSold, elapsedMs),
    units: verdict.unitsSold - verdict.unitsOversold,
    oversold: verdict.unitsOversold,
    waitMs: { p50: verdict.waitingMs.p50, p99: verdict.waitingMs.p99 },
    refused: asked - (verdict.answers.RESERVED ?? 0),
  };
}
