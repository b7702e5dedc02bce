// k6 run load-tests/learn/05-arrival-rate.ts
//
// Virtual users in a loop are a closed model: a slow answer keeps its user from asking again, so a slow shop gets less load and
// looks faster than it is (coordinated omission). With an arrival rate, buyers come when they are due. `dropped_iterations`
// counts those for whom no virtual user was free.
import http from "k6/http";
import type { Options } from "k6/options";
import { buy, makeProduct, type Product } from "./shop.ts";

export const options: Options = {
  scenarios: {
    drop: {
      executor: "ramping-arrival-rate",
      timeUnit: "1s",
      startRate: 5,
      stages: [
        { target: 50, duration: "5s" },
        { target: 5, duration: "2s" },
      ],
      preAllocatedVUs: 20,
      maxVUs: 200,
    },
  },
};

http.setResponseCallback(http.expectedStatuses(200, 201, 409, 503));

export const setup = () => makeProduct("conditional-update", 100);

export default (product: Product) => void buy(product);
