// k6 run load-tests/learn/04-scenarios.ts
//
// Scenarios run different functions with different executors, side by side or one after the other. Here some people only look
// while others buy.
import http from "k6/http";
import type { Options } from "k6/options";
import { baseUrl, buy, makeProduct, type Product } from "./shop.ts";

export const options: Options = {
  scenarios: {
    look: { executor: "constant-vus", exec: "look", vus: 2, duration: "5s" },
    buy: { executor: "shared-iterations", exec: "order", vus: 10, iterations: 50, startTime: "1s" },
  },
  // A threshold on a tag makes k6 print that part of the figure.
  thresholds: {
    "http_req_duration{scenario:look}": ["p(95)<5000"],
    "http_req_duration{scenario:buy}": ["p(95)<10000"],
  },
};

http.setResponseCallback(http.expectedStatuses(200, 201, 409));

export const setup = () => makeProduct("redlock+row-lock", 50);

export const look = () => void http.get(`${baseUrl}/api/products`);

export const order = (product: Product) => void buy(product);
