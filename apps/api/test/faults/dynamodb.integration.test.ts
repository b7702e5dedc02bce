import { afterEach, expect, test } from "vitest";
import { act, buy, call, createRun, eventually, type Reply, replicaUrl, system, verdictOf } from "../system.ts";

const isUsable = async () => {
  const { body } = await call("GET", `${replicaUrl()}/api/lab/strategies`);
  return body.find((strategy: { name: string }) => strategy.name === "dynamodb-lease").available as boolean;
};
const sellsAgain = (sku: string) =>
  Promise.all(
    system.replicas.map((_, replica) =>
      eventually(async () => (await buy(sku, replica)).status === 201, `replica ${replica + 1} sells again`),
    ),
  );
const startTimes = () =>
  Promise.all(
    system.replicas.map(async ({ url }) => {
      const { body } = await call("GET", `${url}/metrics`);
      return /process_start_time_seconds\S* (\d+)/.exec(body)?.[1];
    }),
  );

afterEach(async () => {
  await act("start", "dynamodb");
  await eventually(isUsable, "DynamoDB is back", 60_000);
});

test("dynamodb-lease: kill -9 of DynamoDB during 200 purchases: every buyer is answered, no unit twice, and it sells again by itself", async () => {
  const before = await startTimes();
  const run = await createRun("dynamodb-lease", 500, 2);
  let answered = 0;
  let killing: Promise<void> | undefined;
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const answer = await buy(run.sku, index);
      answered += 1;
      if (answered === 20) killing = act("kill", "dynamodb");
      return answer;
    }),
  );
  await killing;
  for (const { status, body } of answers) {
    if (status !== 201) expect([body.code, status]).toEqual([expect.stringMatching(/^LOCK_(BUSY|LOST)$/), status]);
  }
  const sold = answers.filter(({ status }) => status === 201).length;
  expect(sold).toBeGreaterThanOrEqual(20);
  expect(await verdictOf(run.id)).toMatchObject({ orders: sold, unitsOversold: 0, lostUpdates: 0, passed: true });

  await sellsAgain(run.sku);
  expect(await startTimes()).toEqual(before);
}, 120_000);

test("dynamodb-lease+fencing: DynamoDB stays away: LOCK_BUSY with a reason, nothing sold, and the strategy says what to type", async () => {
  const run = await createRun("dynamodb-lease+fencing", 10);
  await act("stop", "dynamodb");
  const refused = await Promise.all(Array.from({ length: 9 }, (_, index) => buy(run.sku, index)));
  refused.forEach(expectBusy);
  const { body } = await call("GET", `${replicaUrl()}/api/lab/strategies`);
  for (const name of ["dynamodb-lease", "dynamodb-lease+fencing"]) {
    expect(body.find((strategy: { name: string }) => strategy.name === name)).toMatchObject({
      available: false,
      reason: expect.stringContaining("npm run service -- start dynamodb"),
    });
  }
  expect(await verdictOf(run.id)).toMatchObject({ orders: 0, stock: 10, evidence: [{ kind: "nobody-served" }] });
  // The shop itself locks elsewhere.
  const other = await createRun("redlock+row-lock", 1);
  expect((await buy(other.sku)).status).toBe(201);

  await act("start", "dynamodb");
  await sellsAgain(run.sku);
});

test("dynamodb-lease: DynamoDB hangs (SIGSTOP): every buyer is answered; it wakes, and sells again", async () => {
  const run = await createRun("dynamodb-lease", 10);
  await act("pause", "dynamodb");
  try {
    const refused = await Promise.all(Array.from({ length: 9 }, (_, index) => buy(run.sku, index)));
    refused.forEach(expectBusy);
  } finally {
    await act("resume", "dynamodb");
  }
  await sellsAgain(run.sku);
  expect(await verdictOf(run.id)).toMatchObject({ orders: 3, unitsOversold: 0, lostUpdates: 0, passed: true });
}, 120_000);

function expectBusy({ status, headers, body }: Reply): void {
  expect({ status, code: body.code, reason: body.reason }).toEqual({
    status: 503,
    code: "LOCK_BUSY",
    reason: expect.stringMatching(/unreachable|contention/),
  });
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
}
