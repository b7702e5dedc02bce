import { afterEach, beforeEach, expect, test } from "vitest";
import { act, buy, call, createRun, eventually, type Reply, replicaUrl, system, verdictOf } from "../system.ts";

const names = system.zookeeper.map(({ name }) => name);

const strategyOf = async (name: string, replica = 0) =>
  (await call("GET", `${replicaUrl(replica)}/api/lab/strategies`)).body.find(
    (strategy: { name: string }) => strategy.name === name,
  ) as { available: boolean; reason: string | null };

const everybodyCanLock = () =>
  Promise.all(
    system.replicas.map((_, replica) =>
      eventually(async () => (await strategyOf("zookeeper", replica)).available, "a majority answers", 60_000),
    ),
  );

const startTimes = () =>
  Promise.all(
    system.replicas.map(async ({ url }) => {
      const { body } = await call("GET", `${url}/metrics`);
      return /process_start_time_seconds\S* (\d+)/.exec(body)?.[1];
    }),
  );

const { available, reason } = await strategyOf("zookeeper");
beforeEach(({ skip }) => skip(!available, String(reason)));
afterEach(async () => {
  if (!available) return;
  for (const name of names) await act("start", name);
  await everybodyCanLock();
}, 90_000);

test("zookeeper: kill -9 of each ZooKeeper server in turn during 200 purchases: everybody is answered, nothing oversold, it sells on by itself", async () => {
  const before = await startTimes();
  const run = await createRun("zookeeper", 500, 2);
  const answers: Reply[] = [];
  const victims = [...names];
  const kills: Promise<void>[] = [];
  // Twelve at a time, so that the kills fall between purchases that have begun and purchases that are still to come.
  let asked = 0;
  const shopper = async () => {
    while (asked < 200) {
      asked += 1;
      answers.push(await buy(run.sku, asked));
      const victim = answers.length % 40 === 0 ? victims.shift() : undefined;
      if (victim) kills.push(act("kill", victim));
    }
  };
  await Promise.all(Array.from({ length: 12 }, shopper));
  await Promise.all(kills);
  expect([answers.length, kills.length]).toEqual([200, names.length]);
  for (const { status, body } of answers) {
    if (status !== 201) expect(body.code).toMatch(/^LOCK_(BUSY|LOST)$/);
  }
  const sold = answers.filter(({ status }) => status === 201).length;
  expect(sold).toBeGreaterThanOrEqual(40);
  expect(await verdictOf(run.id)).toMatchObject({ orders: sold, unitsOversold: 0, lostUpdates: 0, passed: true });

  await everybodyCanLock();
  for (const replica of system.replicas.keys()) expect((await buy(run.sku, replica)).status).toBe(201);
  expect(await startTimes()).toEqual(before);
}, 180_000);

test("zookeeper+fencing: two of three servers stay away: LOCK_BUSY in time, nothing sold, and the strategies say what to type; the shop locks elsewhere", async () => {
  const run = await createRun("zookeeper+fencing", 10);
  for (const name of names.slice(0, 2)) await act("stop", name);
  const refused = await Promise.all(Array.from({ length: 9 }, (_, index) => buy(run.sku, index)));
  for (const { status, headers, body } of refused) {
    expect({ status, code: body.code, reason: body.reason }).toEqual({
      status: 503,
      code: "LOCK_BUSY",
      reason: expect.stringMatching(/unreachable|contention|timeout/),
    });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  }
  for (const name of ["zookeeper", "zookeeper+fencing"]) {
    const listed = await strategyOf(name);
    expect(listed).toMatchObject({ available: false, reason: expect.stringContaining("npm run service -- start") });
  }
  expect(await verdictOf(run.id)).toMatchObject({ orders: 0, stock: 10, evidence: [{ kind: "nobody-served" }] });
  const other = await createRun("redlock+row-lock", 1);
  expect((await buy(other.sku)).status).toBe(201);

  for (const name of names) await act("start", name);
  await everybodyCanLock();
  expect((await buy(run.sku)).status).toBe(201);
}, 180_000);

test("zookeeper+fencing: a hung server (SIGSTOP) in the middle of a crowd: everybody is answered, and no unit is sold twice", async () => {
  const run = await createRun("zookeeper+fencing", 60, 2);
  const [victim = ""] = names;
  let hung: Promise<void> | undefined;
  try {
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const answer = await buy(run.sku, index);
        hung ??= act("pause", victim);
        return answer;
      }),
    );
    await hung;
    const sold = answers.filter(({ status }) => status === 201).length;
    expect(sold).toBeGreaterThan(0);
    expect(await verdictOf(run.id)).toMatchObject({ orders: sold, unitsOversold: 0, lostUpdates: 0 });
    await eventually(async () => (await strategyOf("zookeeper")).available, "the others go on", 30_000);
  } finally {
    await act("resume", victim);
  }
}, 120_000);
