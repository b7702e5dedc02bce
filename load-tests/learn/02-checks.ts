// k6 run load-tests/learn/02-checks.ts
//
// A check counts what holds and what does not. It fails no test by itself: that is what thresholds are for.
import { check } from "k6";
import http from "k6/http";
import type { Options } from "k6/options";
import { buy, makeProduct, type Product } from "./shop.ts";

export const options: Options = { vus: 5, iterations: 20 };

// "Sold out" (409) is a correct answer. Without this line k6 would count it as a failed request.
http.setResponseCallback(http.expectedStatuses(200, 201, 409));

/** Runs once, before all iterations, which get what it returns. */
export const setup = () => makeProduct("row-lock", 10);

export default function (product: Product) {
  const response = buy(product);
  check(response, {
    "sold, or sold out": ({ status }) => status === 201 || status === 409,
    "the buyer is told which unit": ({ status, body }) => status !== 201 || String(body).includes("unitNumbers"),
  });
}
