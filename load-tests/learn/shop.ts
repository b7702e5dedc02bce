// What the scripts beside this one share. Settings: BASE_URL, and LAB_TOKEN if the lab requires one.
import { sleep } from "k6";
import exec from "k6/execution";
import http, { type RefinedResponse, type ResponseType } from "k6/http";
import { Counter } from "k6/metrics";
import type { Verdict } from "../results.ts";

export const baseUrl = (__ENV.BASE_URL || "http://localhost:3000").replace(/\/$/, "");
export const unitsOversold = new Counter("units_oversold");

export interface Product {
  sku: string;
  runId: string;
}

const json = { "content-type": "application/json" };
const lab = { headers: { ...json, ...(__ENV.LAB_TOKEN && { authorization: `Bearer ${__ENV.LAB_TOKEN}` }) } };

/**
 * A new product with so many units, sold under this strategy. `thinkTimeMs`: between reading the stock and writing it; it makes
 * a race likely where nothing prevents one.
 */
export function makeProduct(strategy: string, stock: number, thinkTimeMs = 0): Product {
  const response = http.post(`${baseUrl}/api/lab/runs`, JSON.stringify({ strategy, stock, thinkTimeMs }), lab);
  if (response.status !== 201)
    exec.test.abort(
      `No product was made at ${baseUrl} (does the shop run? npm start): ${response.status || response.error} ${response.body ?? ""}`,
    );
  const { id, sku } = response.json() as { id: string; sku: string };
  return { sku, runId: id };
}

/** Orders one unit, as a new buyer: k6 empties the cookie jar before each iteration. */
export function buy({ sku }: Product): RefinedResponse<ResponseType | undefined> {
  const body = JSON.stringify({ items: [{ sku, quantity: 1 }] });
  return http.post(`${baseUrl}/api/checkout`, body, { headers: json, timeout: "30s" });
}

/** What the shop's ledger says of the sale. */
export function readVerdict({ runId }: Product): Verdict {
  // The last answers are written down a moment after they were sent.
  sleep(1);
  return http.get(`${baseUrl}/api/lab/runs/${runId}/verdict`, lab).json() as unknown as Verdict;
}
