import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { readEnv } from "../../src/config.ts";
import { type Replica, startReplica } from "../../src/replica.ts";
import { buy, call, createRun, system } from "../system.ts";

let replica: Replica | undefined;
afterEach(async () => {
  await replica?.stop();
  replica = undefined;
});

/** One more replica over the same services, inside the test process. */
async function startWith(variables: Record<string, string>): Promise<string> {
  const env = readEnv({
    PORT: "0",
    DATABASE_URL: system.postgres.url,
    REDIS_URLS: system.redis.map((node) => node.url).join(","),
    EVENTS_REDIS_URL: system.eventsRedis.url,
    COOKIE_SECRET: "a secret of this test only",
    REPLICA_NAME: "replica-of-the-test",
    ...variables,
  });
  replica = await startReplica(env, pino({ level: "silent" }));
  return replica.url;
}

const settings = { strategy: "row-lock", stock: 1, thinkTimeMs: 0 };

test("a lab with a token: LAB_TOKEN_REQUIRED without it, open with it", async () => {
  const url = await startWith({ LAB: "1", LAB_TOKEN: "open sesame, please" });
  for (const authorization of ["", "Bearer open sesame, pleas", "open sesame, please"]) {
    const headers: Record<string, string> = authorization === "" ? {} : { authorization };
    const refused = await call("POST", `${url}/api/lab/runs`, { body: settings, headers });
    expect([refused.status, refused.body.code]).toEqual([401, "LAB_TOKEN_REQUIRED"]);
    expect(refused.headers.get("www-authenticate")).toBe("Bearer");
  }
  const headers = { authorization: "Bearer open sesame, please" };
  expect((await call("POST", `${url}/api/lab/runs`, { body: settings, headers })).status).toBe(201);
  expect((await call("GET", `${url}/api/system`)).body).toMatchObject({ lab: true, labTokenRequired: true });
});

test("without the lab its routes do not exist, and its products are not for sale", async () => {
  const run = await createRun("row-lock", 1);
  const url = await startWith({});
  const routes = await call("GET", `${url}/api/lab/strategies`);
  expect([routes.status, routes.body.code]).toEqual([404, "NOT_FOUND"]);
  const refused = await call("POST", `${url}/api/checkout`, { body: { items: [{ sku: run.sku, quantity: 1 }] } });
  expect([refused.status, refused.body.code]).toEqual([422, "UNKNOWN_SKU"]);
  expect((await call("GET", `${url}/api/system`)).body.lab).toBe(false);
  expect((await buy(run.sku)).status).toBe(201);
});

test("a replica that stops finishes the request under way, and takes no new one", async () => {
  const run = await createRun("row-lock", 1, 500);
  const url = await startWith({ LAB: "1", LAB_OPEN: "1" });
  const stopping = replica;
  const underWay = call("POST", `${url}/api/checkout`, { body: { items: [{ sku: run.sku, quantity: 1 }] } });
  const stopped = firstCheckpoint(run.id).then(() => stopping?.stop());
  expect((await underWay).status).toBe(201);
  await stopped;
  await expect(call("GET", `${url}/healthz`)).rejects.toThrow();
  replica = undefined;
});

/** Resolves when the run's first checkpoint is seen. */
async function firstCheckpoint(runId: string): Promise<void> {
  const stop = new AbortController();
  const response = await fetch(`${system.replicas[0]?.url}/api/lab/runs/${runId}/events`, { signal: stop.signal });
  const reader = response.body?.getReader();
  for (let text = ""; !text.includes("event: checkpoint"); ) {
    const read = await reader?.read();
    if (!read || read.done) throw new Error("The event stream ended.");
    text += new TextDecoder().decode(read.value);
  }
  stop.abort();
}
