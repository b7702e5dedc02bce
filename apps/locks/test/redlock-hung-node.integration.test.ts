import { randomUUID } from "node:crypto";
import { act, eventually, system } from "@last-unit/stack/testing";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";
import { LeaseLost, type LeaseStore } from "../src/lease-store.ts";
import { lockNode } from "../src/redis/lock-node.ts";
import { connectLockNode } from "../src/redlock/connect.ts";
import { quorum } from "../src/redlock/quorum.ts";
import { redlock } from "../src/redlock/redlock.ts";

const nodes = system.redis.map(({ url }) => connectLockNode(url));
for (const node of nodes) node.on("error", () => {});
const names = system.redis.map(({ name }) => name);
const key = () => `lock:hung:${randomUUID()}`;
const ask = { ttlMs: 5_000, waitMs: 10_000 };

const paused: string[] = [];
async function pause(...services: string[]) {
  for (const service of services) {
    paused.push(service);
    await act("pause", service);
  }
}
async function resume() {
  for (const service of paused.splice(0)) await act("resume", service);
}
const everybodyAnswers = () =>
  eventually(
    async () => (await Promise.all(nodes.map((node) => node.ping().catch(() => "")))).every((pong) => pong === "PONG"),
    "five nodes answer",
  );

afterEach(async () => {
  await resume();
  await everybodyAnswers();
});
afterAll(() => {
  for (const node of nodes) node.disconnect();
});

async function cycles(guard: LeaseStore, count: number): Promise<number[]> {
  const tookMs: number[] = [];
  for (let cycle = 0; cycle < count; cycle += 1) {
    const began = performance.now();
    const lease = await guard.acquire([key()], ask);
    tookMs.push(performance.now() - began);
    await guard.release(lease);
  }
  return tookMs;
}

describe.each([
  ["redlock", redlock],
  ["quorum", quorum],
] as const)("%s", (_, open) => {
  const guard = open(nodes);

  test("one node stopped by SIGSTOP: the median of 200 acquires stays within three times the healthy one", async () => {
    await everybodyAnswers();
    await cycles(guard, 50);
    const healthy: number[] = [];
    const hung: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      healthy.push(...(await cycles(guard, 50)));
      await pause(names[0] ?? "");
      hung.push(...(await cycles(guard, 50)));
      await resume();
      await everybodyAnswers();
    }
    expect(median(hung) / median(healthy)).toBeLessThan(3);
  });

  test("three nodes stopped: too few nodes, long before the wait is over", async () => {
    await everybodyAnswers();
    await pause(...names.slice(0, 3));
    const began = performance.now();
    const refused = await guard.acquire([key()], { ttlMs: 5_000, waitMs: 60_000 }).catch((error: unknown) => error);
    expect(performance.now() - began).toBeLessThan(2_500);
    expect(refused).toMatchObject({ reason: "too-few-nodes", votes: { for: 2, against: 0, unavailable: 3 } });
  });

  test("a hung node that wakes keeps no key of a lock that was not granted", async () => {
    await everybodyAnswers();
    const resource = key();
    await Promise.all(nodes.slice(1, 4).map((node) => node.set(resource, "somebody else", "PX", 60_000)));
    await pause(names[0] ?? "");
    await expect(guard.acquire([resource], { ttlMs: 60_000, waitMs: 100 })).rejects.toMatchObject({
      reason: "contention",
    });
    await resume();
    // On the same connection, so it is answered after whatever the refused attempt had sent.
    expect(await nodes[0]?.get(resource)).toBeNull();
    expect(await nodes[4]?.get(resource)).toBeNull();
  });

  test("a release while three nodes hang comes back, and throws nothing", async () => {
    await everybodyAnswers();
    const lease = await guard.acquire([key()], ask);
    await pause(...names.slice(0, 3));
    const began = performance.now();
    await guard.release(lease);
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  test("an extension that was answered after its time was over is a lost lease", async () => {
    let fast = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + fast };
    const hasty = open(nodes, { clock });
    const lease = await hasty.acquire([key()], ask);
    const extending = hasty.extend(lease, 5_000).catch((error: unknown) => error);
    fast = 6_000;
    expect(await extending).toBeInstanceOf(LeaseLost);
    await hasty.release(lease);
  });
});

describe("quorum, with a deadline for each node", () => {
  const guard = quorum(nodes);

  test("split votes while one node hangs cost one deadline, and not one for each try", async () => {
    await everybodyAnswers();
    const resource = key();
    await Promise.all(nodes.slice(1, 3).map((node) => node.set(resource, "somebody else", "PX", 60_000)));
    await pause(names[0] ?? "");
    let tries = 0;
    const onRefused = () => {
      tries += 1;
    };
    await guard.acquire([resource], { ttlMs: 5_000, waitMs: 1_500, onRefused }).catch(() => {});
    expect(tries).toBeGreaterThan(8);
  });

  test("a hung node's commands do not pile up in this process", async () => {
    await everybodyAnswers();
    await pause(names[0] ?? "");
    const [hung] = nodes.map((node) => lockNode(node));
    await eventually(async () => (await cycles(guard, 5)) && hung?.isHanging, "the first deadline is over");
    const { commandQueue } = nodes[0] as unknown as { commandQueue: { length: number } };
    const before = commandQueue.length;
    await cycles(guard, 60);
    expect(commandQueue.length - before).toBeLessThan(5);
  });
});

const median = (values: readonly number[]) =>
  [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)] ?? Number.NaN;
