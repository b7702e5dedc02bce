// k6 run load-tests/learn/03-thresholds.ts; echo $?
//
// A threshold turns a figure into a result: if one is crossed, k6 ends with exit code 99. Here units must not be oversold, which
// only the shop's own ledger knows. So `teardown` asks for the verdict and puts it into a metric.
import type { Options } from "k6/options";
import { buy, makeProduct, type Product, readVerdict, unitsOversold } from "./shop.ts";

export const options: Options = {
  vus: 20,
  iterations: 60,
  thresholds: { units_oversold: ["count==0"], http_req_duration: ["p(99)<10000"] },
};

// Try it with "unlocked".
export const setup = () => makeProduct("row-lock", 20, 20);

export default (product: Product) => void buy(product);

export function teardown(product: Product) {
  unitsOversold.add(readVerdict(product).unitsOversold);
}
