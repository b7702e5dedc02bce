import { afterAll, afterEach, expect, test } from "vitest";
import { act, buy, call, createRun, eventually, newBuyer, replicaUrl, system, verdictOf } from "../system.ts";
import { openWorkbench } from "../workbench.ts";

const bench = openWorkbench();

const down: string[] = [];
async function kill(...services: string[]): Promise<void> {
  for (const service of services) {
    down.push(service);
    await act("kill", service);
  }
}
async function startAgain(): Promise<void> {
  for (const service of down.splice(0)) await act("start", service).catch(() => {});
}

const everythingAnswers = () =>
  eventually(
    async () => {
      const answers = await Promise.all(
        system.replicas.map(async ({ url }) => (await call("GET", `${url}/api/system`).catch(() => undefined))?.body),
      );
      return answers.every((answer) => answer?.lockNodes?.answering === 5);
    },
    "every replica reaches its database and five lock nodes",
    60_000,
  );

afterEach(async () => {
  await startAgain();
  await everythingAnswers();
}, 90_000);
afterAll(() => bench.close());

const nodeNames = system.redis.map((node) => node.name);

test.each([1, 2])("redlock+row-lock: kill -9 of %i lock nodes: checkouts go on", async (count) => {
  const run = await createRun("redlock+row-lock", 30);
  await kill(...nodeNames.slice(0, count));
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => buy(run.sku, index)));
  expect(answers.map((answer) => answer.status)).toEqual(Array(30).fill(201));
  expect(await verdictOf(run.id)).toMatchObject({ orders: 30, unitsOversold: 0, passed: true });
});

test("redlock+row-lock: kill -9 of three lock nodes: LOCK_BUSY, nothing sold; started again: sold, without touching a replica", async () => {
  const run = await createRun("redlock+row-lock", 10);
  await kill(...nodeNames.slice(0, 3));
  const refused = await Promise.all(Array.from({ length: 12 }, (_, index) => buy(run.sku, index)));
  for (const { status, headers, body } of refused) {
    expect({ status, code: body.code, reason: body.reason }).toEqual({
      status: 503,
      code: "LOCK_BUSY",
      reason: expect.stringMatching(/too-few-nodes|contention/),
    });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(refused.some(({ body }) => body.reason === "too-few-nodes" && body.votes.unavailable === 3)).toBe(true);
  expect(await verdictOf(run.id)).toMatchObject({ orders: 0, stock: 10, evidence: [{ kind: "nobody-served" }] });
  const degraded = await call("GET", `${replicaUrl()}/readyz`);
  expect([degraded.status, degraded.body]).toEqual([
    200,
    { status: "degraded", problems: ["2 of 5 Redis nodes grant locks, and Redlock needs 3."] },
  ]);

  await startAgain();
  await eventually(async () => (await buy(run.sku)).status === 201, "a checkout succeeds again");
  await eventually(async () => (await call("GET", `${replicaUrl()}/readyz`)).body.status === "ready", "it is ready");
});

test("redlock+row-lock: a hung lock node (SIGSTOP) stops nobody", async () => {
  const run = await createRun("redlock+row-lock", 10);
  const [first = ""] = nodeNames;
  await act("pause", first);
  try {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => buy(run.sku, index)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(201));
  } finally {
    await act("resume", first);
  }
  expect((await verdictOf(run.id)).passed).toBe(true);
});

test("redlock: without the events Redis the shop sells as before", async () => {
  const run = await createRun("redlock", 3);
  await kill("redis-events");
  const answers = await Promise.all([0, 1, 2, 3].map((replica) => buy(run.sku, replica)));
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 201, 201, 409]);
});

test("redlock+row-lock: kill -9 of a replica while 200 buyers are at the checkout: no unit twice, every order that was told of exists, the others' units come back", async () => {
  const run = await createRun("redlock+row-lock", 150, 2);
  const [, victim] = system.replicas;
  let answered = 0;
  let killing: Promise<void> | undefined;
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const answer = await buy(run.sku, index).catch(() => undefined);
      answered += 1;
      if (answered === 20) killing = act("kill", victim?.name ?? "");
      return answer;
    }),
  );
  await killing;
  const unanswered = answers.filter((answer) => answer === undefined).length;
  expect(unanswered).toBeGreaterThan(0);
  const told = answers.filter((answer) => answer?.status === 201).map((answer) => answer?.body.id as string);
  expect(told.length).toBeGreaterThan(0);
  const orders = await bench.database.order.findMany({ where: { runId: run.id }, select: { id: true } });
  const existing = new Set(orders.map((order) => order.id));
  expect(told.filter((id) => !existing.has(id))).toEqual([]);
  expect(await verdictOf(run.id)).toMatchObject({ unitsOversold: 0, lostUpdates: 0, ordersWithoutMovement: 0 });

  await bench.database.$executeRaw`
    UPDATE orders SET expires_at = now() WHERE run_id = ${run.id}::uuid AND NOT (id = ANY(${told}::uuid[]))`;
  const { stock } = await eventually(async () => {
    const row = await bench.stock(run.sku);
    return row.stock === 150 - told.length && row;
  }, "the units of unanswered orders are back");
  expect(stock).toBe(150 - told.length);
}, 120_000);

test("redlock+row-lock: kill -9 of PostgreSQL under load, and its restart: no acknowledged order is lost, the replicas live on", async () => {
  const pids = () => Promise.all(system.replicas.map(async ({ url }) => (await call("GET", `${url}/metrics`)).body));
  const startTimes = async () => (await pids()).map((text) => /process_start_time_seconds\S* (\d+)/.exec(text)?.[1]);
  const before = await startTimes();
  const run = await createRun("redlock+row-lock", 1_000);
  const told: string[] = [];
  let stop = false;
  let killing: Promise<void> | undefined;
  const buyers = Array.from({ length: 9 }, async (_, index) => {
    for (let bought = 0; bought < 100 && !stop; bought += 1) {
      const answer = await buy(run.sku, index).catch(() => undefined);
      if (answer?.status === 201) told.push(answer.body.id);
      else expect([409, 503, undefined]).toContain(answer?.status);
      if (told.length >= 60) killing ??= kill("postgres");
      if (told.length >= 60 && answer?.status !== 201) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  const stopAfterRecovery = async () => {
    await eventually(async () => killing !== undefined, "sixty orders, then the kill", 60_000);
    await eventually(async () => (await buy(run.sku).catch(() => undefined))?.status === 201, "it sells again", 60_000);
    stop = true;
  };
  await Promise.all([stopAfterRecovery(), ...buyers]);
  await killing;

  const orders = await eventually(
    () => bench.database.order.findMany({ where: { runId: run.id }, select: { id: true } }).catch(() => undefined),
    "the database answers",
  );
  const existing = new Set(orders.map((order) => order.id));
  expect(told.filter((id) => !existing.has(id))).toEqual([]);
  expect(await verdictOf(run.id)).toMatchObject({ unitsOversold: 0, lostUpdates: 0, ordersWithoutMovement: 0 });
  expect(await startTimes()).toEqual(before);
}, 180_000);

test("the buyer's own view survives it all", async () => {
  const buyer = await newBuyer(replicaUrl(1));
  const run = await createRun("row-lock", 1);
  const order = await buyer.call("POST", "/api/checkout", { body: { items: [{ sku: run.sku, quantity: 1 }] } });
  expect((await buyer.call("GET", "/api/orders")).body).toEqual([order.body]);
});
