// k6 run load-tests/learn/06-locked-against-unlocked.ts; echo $?
//
// The same buyers under no lock and under the row lock, one after the other. The row lock must not oversell. No lock must: a
// comparison whose baseline shows no error has not looked. `npm run load` does this for every strategy.

import http from "k6/http";
import { Counter } from "k6/metrics";
import type { Options } from "k6/options";
import { buy, makeProduct, type Product, readVerdict } from "./shop.ts";

const oversold = { unlocked: new Counter("oversold_unlocked"), locked: new Counter("oversold_locked") };

const crowd = { executor: "shared-iterations", vus: 30, iterations: 60, maxDuration: "1m" } as const;

export const options: Options = {
  scenarios: {
    unlocked: { ...crowd, exec: "buyUnlocked" },
    locked: { ...crowd, exec: "buyLocked", startTime: "15s" },
  },
  thresholds: {
    oversold_unlocked: ["count>0"],
    oversold_locked: ["count==0"],
    "http_req_duration{scenario:unlocked}": ["p(95)<30000"],
    "http_req_duration{scenario:locked}": ["p(95)<30000"],
  },
};

http.setResponseCallback(http.expectedStatuses(200, 201, 409, 503));

interface Products {
  unlocked: Product;
  locked: Product;
}

export const setup = (): Products => ({
  unlocked: makeProduct("unlocked", 20, 20),
  locked: makeProduct("row-lock", 20, 20),
});

export const buyUnlocked = ({ unlocked }: Products) => void buy(unlocked);

export const buyLocked = ({ locked }: Products) => void buy(locked);

export function teardown({ unlocked, locked }: Products) {
  for (const [name, product] of Object.entries({ unlocked, locked })) {
    const verdict = readVerdict(product);
    oversold[name as keyof Products].add(verdict.unitsOversold);
    console.log(`${name}: ${verdict.unitsSold} units sold of 20, ${verdict.unitsOversold} of them twice`);
  }
}
