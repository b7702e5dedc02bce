import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DeleteTableCommand, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { act, system } from "@last-unit/stack/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../src/clock.ts";
import { connectDynamodb, type Dynamodb } from "../src/dynamodb/client.ts";
import { dynamodbLease } from "../src/dynamodb/lease.ts";
import { type Lease, LeaseLost, LockBusy } from "../src/lease-store.ts";
import { openProxy, type Sent } from "./dynamodb-proxy.ts";
import { remedy } from "./subjects.ts";

const endpoint = system.dynamodb?.url ?? "";
const open: Dynamodb[] = [];
function connect(url: string, table?: string): Dynamodb {
  const dynamodb = connectDynamodb({ endpoint: url, table, hasCredential: false });
  open.push(dynamodb);
  return dynamodb;
}

const direct = connect(endpoint);
let proxy: Awaited<ReturnType<typeof openProxy>>;
beforeAll(async () => {
  // The table is there before anything goes wrong.
  await dynamodbLease(direct.client, direct).availability();
});
beforeEach(async () => {
  proxy = await openProxy(endpoint);
});
afterEach(() => proxy.close());
afterAll(() => {
  for (const { client } of open) client.destroy();
});

const key = () => `lock:test:${randomUUID()}`;
const patient = { ttlMs: 5_000, waitMs: 60_000 };
const tokenOf = (lease: Lease) => [...(lease.fencingTokens?.values() ?? [])][0];
const ownerOf = async (resource: string) => {
  const get = new GetItemCommand({ TableName: direct.table, Key: { pk: { S: resource } }, ConsistentRead: true });
  return (await direct.client.send(get)).Item?.owner?.S;
};

/** The guard through the proxy, with a clock that a test may push forward. */
function throughProxy() {
  let ahead = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const report = vi.fn<(problem?: string) => void>();
  const dynamodb = connect(proxy.url);
  const guard = dynamodbLease(dynamodb.client, { ...dynamodb, clock, report });
  const skip = (ms: number) => () => {
    ahead += ms;
  };
  return { guard, report, skip };
}

async function timed<T>(work: Promise<T>) {
  const began = performance.now();
  const outcome = await work.catch((error: unknown) => error);
  return { outcome, tookMs: performance.now() - began };
}

test("the answer to an acquisition is lost: known as our own at the next look, its time counted from the first sending", async () => {
  const { guard, skip } = throughProxy();
  const resource = key();
  proxy.next(() => {
    skip(3_000)();
    return "answer-lost";
  });
  const lease = await guard.acquire([resource], { ttlMs: 60_000, waitMs: 20_000 });
  expect(tokenOf(lease)).toBe(1n);
  expect(await ownerOf(resource)).toBe(lease.owner);
  expect(lease.remainingMs()).toBeLessThan(60_000 - 3_000);
  await guard.release(lease);
  expect(await ownerOf(resource)).toBeUndefined();
});

test("a lost answer from before a long wait does not make the lease that follows look old", async () => {
  const { guard, skip } = throughProxy();
  const resource = key();
  await dynamodbLease(direct.client, direct).acquire([resource], { ttlMs: 5_000, waitMs: 0 });
  let hasLost = false;
  const loseTheTakeover = ({ body }: Sent) => {
    if (hasLost || !body.ExpressionAttributeValues?.[":seen"]) return;
    hasLost = true;
    return "answer-lost" as const;
  };
  proxy.next("answer-lost");
  proxy.fromNowOn(loseTheTakeover);
  let refusals = 0;
  const onRefused = () => {
    refusals += 1;
    // The first is the lost answer, the second has seen the holder, whose lease is then nearly over.
    if (refusals === 2) skip(4_500)();
  };
  const lease = await guard.acquire([resource], { ttlMs: 4_000, waitMs: 60_000, onRefused });
  expect(hasLost).toBe(true);
  expect(tokenOf(lease)).toBe(2n);
  expect(lease.remainingMs()).toBeGreaterThan(0);
  await guard.release(lease);
});

test("a lease that was granted too late to be valid is released and not returned", async () => {
  const { guard, skip } = throughProxy();
  const resource = key();
  proxy.next(skip(5_000));
  await expect(guard.acquire([resource], { ttlMs: 5_000, waitMs: 0 })).rejects.toMatchObject({ reason: "timeout" });
  expect(await ownerOf(resource)).toBeUndefined();
});

test("the answers to all tries are lost: unreachable, and what was written is released", async () => {
  const { guard } = throughProxy();
  const resource = key();
  proxy.next("answer-lost", "answer-lost", "answer-lost");
  const refused = await guard.acquire([resource], patient).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: "LockBusy", reason: "unreachable" });
  expect(await ownerOf(resource)).toBeUndefined();
});

test("the answer to a heartbeat is lost: sent again, with another version", async () => {
  const { guard } = throughProxy();
  const lease = await guard.acquire([key()], patient);
  proxy.next("answer-lost");
  expect((await guard.extend(lease, 5_000)).remainingMs()).toBeGreaterThan(0);
  const versions = proxy.sent.map(({ body }) => body.ExpressionAttributeValues[":version"].S);
  expect(new Set(versions).size).toBe(3);
  await guard.release(lease);
});

test("a heartbeat that is never answered ends the lease when its own time ends", async () => {
  const { guard } = throughProxy();
  const lease = await guard.acquire([key()], { ttlMs: 600, waitMs: 0 });
  proxy.fromNowOn("answer-lost");
  const { outcome, tookMs } = await timed(guard.extend(lease, 600));
  expect(outcome).toBeInstanceOf(LeaseLost);
  expect(tookMs).toBeLessThan(3_000);
  expect((await timed(guard.release(lease))).tookMs).toBeLessThan(2_000);
});

test("a throttled request is tried again with growing pauses", async () => {
  const { guard, report } = throughProxy();
  proxy.next({ refusal: "ProvisionedThroughputExceededException" }, { refusal: "ThrottlingException" });
  const lease = await guard.acquire([key()], patient);
  expect(proxy.sent).toHaveLength(3);
  expect(report.mock.calls).toEqual([[]]);
  await guard.release(lease);
});

test("a table that throttles all the time: unreachable when the wait is over, after few requests", async () => {
  const { guard, report } = throughProxy();
  proxy.fromNowOn({ refusal: "ProvisionedThroughputExceededException" });
  const { outcome, tookMs } = await timed(guard.acquire([key()], { ttlMs: 5_000, waitMs: 1_500 }));
  expect(outcome).toBeInstanceOf(LockBusy);
  expect(outcome).toMatchObject({
    reason: "unreachable",
    cause: { name: "ProvisionedThroughputExceededException" },
  });
  expect(tookMs).toBeLessThan(5_000);
  // Pauses of 50, 100, 200, 400 and 800 ms, each halved at the least.
  expect(proxy.sent.length).toBeLessThanOrEqual(8);
  expect(report).toHaveBeenCalledWith(expect.stringContaining("throttles the table last-unit-locks"));
});

test.each([
  ["ExpiredTokenException", /credential has expired.*aws sso login/],
  ["UnrecognizedClientException", /No valid AWS credential.*AWS_PROFILE/],
  ["AccessDeniedException", /may not use the table last-unit-locks.*dynamodb:UpdateItem/],
])("%s: refused after one request, with what to do", async (refusal, sentence) => {
  const { guard, report } = throughProxy();
  proxy.fromNowOn({ refusal });
  const refused = await guard.acquire([key()], patient).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: "LockBusy", reason: "unreachable", cause: { name: refusal } });
  expect(proxy.sent).toHaveLength(1);
  expect(report.mock.calls).toEqual([[expect.stringMatching(sentence)]]);
  expect(await guard.availability()).toEqual({ available: false, reason: expect.stringMatching(sentence) });
});

test("a credential that expires under a held lease: the heartbeat tells it at once", async () => {
  const { guard } = throughProxy();
  const lease = await guard.acquire([key()], patient);
  proxy.fromNowOn({ refusal: "ExpiredTokenException" });
  await expect(guard.extend(lease, 5_000)).rejects.toMatchObject({
    name: "LeaseLost",
    cause: { name: "ExpiredTokenException" },
  });
  await guard.release(lease);
});

test("nobody listens: unreachable long before the wait is over, and what to type", async () => {
  const dynamodb = connect("http://127.0.0.1:9");
  const guard = dynamodbLease(dynamodb.client, { ...dynamodb, remedy });
  const { outcome, tookMs } = await timed(guard.acquire([key()], patient));
  expect(outcome).toMatchObject({ name: "LockBusy", reason: "unreachable" });
  expect(tookMs).toBeLessThan(5_000);
  expect(await guard.availability()).toEqual({
    available: false,
    reason: expect.stringMatching(/127\.0\.0\.1:9 does not answer .*remedy for dynamodb 1: unreachable/),
  });
});

test("something else listens there: refused with what it is asked to check", async () => {
  const web = createServer((_request, response) => response.end("<html>welcome</html>"));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const dynamodb = connect(`http://127.0.0.1:${(web.address() as AddressInfo).port}`);
  const guard = dynamodbLease(dynamodb.client, { ...dynamodb, remedy });
  await expect(guard.acquire([key()], patient)).rejects.toMatchObject({ reason: "unreachable" });
  expect(await guard.availability()).toMatchObject({
    available: false,
    reason: expect.stringContaining("remedy for dynamodb 1: refused"),
  });
  web.close();
  web.closeAllConnections();
});

test("a hung store: acquire, heartbeat, release and availability all answer, and it serves again when it wakes", async () => {
  const guard = dynamodbLease(direct.client, direct);
  const held = await guard.acquire([key()], { ttlMs: 1_500, waitMs: 0 });
  const other = key();
  await act("pause", "dynamodb");
  try {
    const [acquired, extended, released, available] = await Promise.all([
      timed(guard.acquire([other], patient)),
      timed(guard.extend(held, 1_500)),
      timed(guard.release(held)),
      timed(guard.availability()),
    ]);
    expect(acquired.outcome).toMatchObject({ name: "LockBusy", reason: "unreachable" });
    expect(extended.outcome).toBeInstanceOf(LeaseLost);
    expect(available.outcome).toMatchObject({ available: false, reason: expect.stringContaining("does not answer") });
    expect(acquired.tookMs).toBeLessThan(6_000);
    expect(extended.tookMs).toBeLessThan(6_000);
    expect(released.tookMs).toBeLessThan(1_500);
    expect(available.tookMs).toBeLessThan(2_000);
  } finally {
    await act("resume", "dynamodb");
  }
  // What was sent to the sleeper may have been written when it woke: then its lease is waited out.
  const lease = await guard.acquire([other], patient);
  await guard.release(lease);
});

test("an absent table is created by the first client, and two that come at once do not conflict", async () => {
  const twoGuardsOf = (table: string) =>
    [connect(endpoint, table), connect(endpoint, table)].map((dynamodb) => dynamodbLease(dynamodb.client, dynamodb));
  const [asked, used] = [`locks-${randomUUID()}`, `locks-${randomUUID()}`];
  const answers = await Promise.all(twoGuardsOf(asked).map((guard) => guard.availability()));
  expect(answers).toEqual([{ available: true }, { available: true }]);
  const leases = await Promise.all(twoGuardsOf(used).map((guard) => guard.acquire([key()], patient)));
  expect(leases.map(tokenOf)).toEqual([1n, 1n]);
  for (const TableName of [asked, used]) await direct.client.send(new DeleteTableCommand({ TableName }));
});

test("where tables are not ours to make, the absent one is named with the command that makes it", async () => {
  const dynamodb = { ...connect(endpoint, `locks-${randomUUID()}`), createTable: false };
  const guard = dynamodbLease(dynamodb.client, { ...dynamodb, remedy });
  await expect(guard.acquire([key()], patient)).rejects.toMatchObject({ reason: "unreachable" });
  expect(await guard.availability()).toMatchObject({
    available: false,
    reason: expect.stringContaining(`aws dynamodb create-table --table-name ${dynamodb.table}`),
  });
});
