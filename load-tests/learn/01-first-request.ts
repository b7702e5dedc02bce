// k6 run load-tests/learn/01-first-request.ts
//
// k6 calls the default function once for each iteration of each virtual user (VU): here one VU, one iteration.
import http from "k6/http";
import { baseUrl } from "./shop.ts";

export default function () {
  const response = http.get(`${baseUrl}/api/products`);
  const { status, error, timings } = response;
  console.log(error ? `${error} (does the shop run? npm start)` : `${status} in ${timings.duration.toFixed(1)} ms`);
}
