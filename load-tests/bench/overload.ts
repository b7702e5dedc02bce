import { setTimeout as sleep } from "node:timers/promises";
import { startReplicas } from "./builds/replicas.ts";
import type { Bench, Figure } from "./figure.ts";
import { answered, failed, fireAt } from "./http-load.ts";
import { residentMb } from "./memory.ts";
import { offer, soldUnits } from "./products.ts";

const CONNECTIONS = 2_000;
const SECONDS = 30;
const SETTLED_AFTER_SECONDS = 10;
/** Few enough to be sold out on the way: both kinds of answers are asked for in masses. */
const EDITION = 20_000;

/** More buyers than can be served, for half a minute: what they are told, and whether the replicas' memory stays flat. */
export async function measureOverload(bench: Bench): Promise<Figure> {
  const databaseUrl = bench.system.file.postgres.url;
  const replicas = await startReplicas(bench, "group-commit");
  try {
    const [sku = ""] = await offer(databaseUrl, 1, EDITION);
    const memory = () => Promise.all(replicas.pids.map(residentMb));
    const plan = { kind: "same" as const, path: "/api/checkout", body: { items: [{ sku, quantity: 1 }] } };
    const load = fireAt({ urls: replicas.urls, clients: CONNECTIONS, seconds: SECONDS, plan }, bench.signal);
    // The load fails on its own; until then the memory is looked at twice.
    load.catch(() => {});
    const at = async (seconds: number) => {
      await sleep(seconds * 1_000, undefined, { signal: bench.signal });
      return memory();
    };
    const before = await at(SETTLED_AFTER_SECONDS);
    const after = await at(SECONDS - SETTLED_AFTER_SECONDS - 1);
    const result = await load;
    const { sold, distinct } = await soldUnits(databaseUrl, [sku]);
    if (sold !== distinct || sold > EDITION) throw new Error(`${sold} units were sold, ${distinct} of them distinct.`);
    const busy = answered(result, 503);
    return {
      id: "flat",
      what: `memory of a replica after ${SECONDS} s ÷ after ${SETTLED_AFTER_SECONDS} s, ${CONNECTIONS.toLocaleString("en")} connections that want one product under group-commit`,
      goal: { atMost: 1.2 },
      ratios: after.map((megabytes, index) => megabytes / (before[index] ?? Number.NaN)),
      sides: [
        {
          name: "group-commit",
          clients: CONNECTIONS,
          perSecond: [(answered(result, 201) + answered(result, 409)) / result.seconds],
          latencyMs: result.latencyMs,
          errors: failed(result, [201, 409, 503]),
          unitsSold: sold,
          extras: { "sold out": answered(result, 409), "503": busy, "MB a replica": Math.max(...after) },
        },
      ],
      notes: ["One ratio a replica. Errors are answers other than sold, sold out and 503 with Retry-After."],
    };
  } finally {
    await replicas.stop();
  }
}
