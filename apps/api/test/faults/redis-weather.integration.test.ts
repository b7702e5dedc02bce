import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setNx } from "@last-unit/locks/redis";
import { connectLockNode } from "@last-unit/locks/redlock";
import { findProgram } from "@last-unit/stack";
import { Redis } from "ioredis";
import { afterAll, afterEach, expect, test } from "vitest";
import { remedy } from "../../src/inventory/remedies.ts";
import { logLockNode } from "../../src/observe/lock-node-log.ts";
import { buy, call, createRun, eventually, replicaUrl, system, verdictOf } from "../system.ts";

/** Connections that were there before the weather, to change it by. */
const levers = system.redis.slice(0, 3).map(({ url }) => new Redis(url, { retryStrategy: () => null }));
for (const lever of levers) lever.on("error", () => {});
const logged: string[] = [];
const write = (level: string) => (fields: unknown, text: unknown) =>
  logged.push(`${level}: ${text} ${JSON.stringify(fields)}`);
const watched = logLockNode(connectLockNode(system.redis[0]?.url ?? ""), {
  info: write("info"),
  warn: write("warn"),
} as unknown as Parameters<typeof logLockNode>[1]);
const watching = setNx(watched, { remedy });

let clearUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of clearUp) await undo();
  clearUp = [];
  await eventually(async () => (await strategy("redlock")).available, "redlock is available again", 60_000);
  logged.length = 0;
}, 90_000);
afterAll(() => {
  watched.disconnect();
  for (const lever of levers) lever.disconnect();
});

interface StrategyAnswer {
  name: string;
  available: boolean;
  reason?: string;
}
async function strategy(name: string): Promise<StrategyAnswer> {
  const { body } = await call("GET", `${replicaUrl()}/api/lab/strategies`);
  const list: StrategyAnswer[] = Array.isArray(body) ? body : body.strategies;
  return list.find((candidate) => candidate.name === name) ?? { name, available: false, reason: "not listed" };
}

const weathers: { kind: string; begin: (lever: Redis) => Promise<unknown>; end: (lever: Redis) => Promise<unknown> }[] =
  [
    {
      kind: "READONLY",
      begin: (lever) => lever.call("REPLICAOF", "127.0.0.1", "1"),
      end: (lever) => lever.call("REPLICAOF", "NO", "ONE"),
    },
    {
      kind: "OOM",
      begin: (lever) => lever.config("SET", "maxmemory", "1"),
      end: (lever) => lever.config("SET", "maxmemory", "0"),
    },
    {
      kind: "NOAUTH",
      async begin(lever) {
        await lever.config("SET", "requirepass", "secret");
        // Who is inside stays inside: a password is asked of those who come.
        await lever.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      },
      end: (lever) => lever.config("SET", "requirepass", ""),
    },
  ];

test.each(weathers)(
  "redlock: three nodes say $kind; nothing is sold, the reason and its remedy are told, and it passes",
  async ({ kind, begin, end }) => {
    const run = await createRun("redlock", 6);
    expect((await buy(run.sku)).status).toBe(201);
    await watching.release(await watching.acquire([randomUUID()], { ttlMs: 1_000, waitMs: 5_000 }));
    clearUp = levers.map((lever) => () => end(lever));
    for (const lever of levers) await begin(lever);

    const answers = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (replica) => {
        const began = performance.now();
        const { status, body } = await buy(run.sku, replica);
        return { status, code: body.code, reason: body.reason, isBounded: performance.now() - began < 12_000 };
      }),
    );
    for (const answer of answers) {
      expect(answer).toEqual({
        status: 503,
        code: "LOCK_BUSY",
        reason: expect.stringMatching(/too-few-nodes|contention/),
        isBounded: true,
      });
    }
    const told = await eventually(async () => {
      const answer = await strategy("redlock");
      return !answer.available && answer;
    }, "redlock is not available");
    expect(told.reason).toContain(`3 ${kind}`);
    expect(told.reason).toMatch(/redis-cli|REDIS_URLS/);
    expect((await strategy("set-nx")).reason).toContain(kind);
    await watching.acquire([randomUUID()], { ttlMs: 1_000, waitMs: 300 }).catch(() => {});
    await watching.acquire([randomUUID()], { ttlMs: 1_000, waitMs: 300 }).catch(() => {});
    await eventually(async () => logged.some((line) => line.includes(kind)), "the log names it");

    for (const undo of clearUp.splice(0)) await undo();
    await eventually(async () => (await buy(run.sku)).status === 201, "it sells again");
    await eventually(
      async () => logged.some((line) => line.startsWith("info: Redis instance is back")),
      "its recovery is logged",
    );
    expect(logged.filter((line) => line.includes(kind))).toHaveLength(1);
    expect(await verdictOf(run.id)).toMatchObject({ unitsOversold: 0, lostUpdates: 0 });
  },
);

test("a wrong password is named, and not mistaken for a node that is away", async () => {
  const [lever] = levers;
  clearUp = [async () => lever?.config("SET", "requirepass", "")];
  await lever?.config("SET", "requirepass", "secret");
  const address = system.redis[0]?.url.replace("redis://", "") ?? "";
  const wrong = connectLockNode(`redis://:wrong@${address}`);
  try {
    const guard = setNx(wrong, { remedy });
    const reason = await eventually(async () => {
      const answer = await guard.availability();
      return !answer.available && answer.reason.includes("WRONGPASS") && answer.reason;
    }, "the password is named");
    expect(reason).toContain("redis://:PASSWORD@");
    await expect(guard.acquire([randomUUID()], { ttlMs: 1_000, waitMs: 500 })).rejects.toMatchObject({
      reason: "unreachable",
    });
  } finally {
    wrong.disconnect();
  }
});

test("a node that nobody runs: refused as unreachable, with the command that starts one", async () => {
  const node = connectLockNode(`redis://127.0.0.1:${await freePort()}`);
  try {
    const guard = setNx(node, { remedy });
    const began = performance.now();
    await expect(guard.acquire([randomUUID()], { ttlMs: 1_000, waitMs: 30_000 })).rejects.toMatchObject({
      reason: "unreachable",
      votes: { for: 0, against: 0, unavailable: 1 },
    });
    expect(performance.now() - began).toBeLessThan(3_000);
    const answer = await guard.availability();
    expect(answer).toMatchObject({ available: false, reason: expect.stringContaining("ECONNREFUSED") });
    expect(answer).toMatchObject({ reason: expect.stringContaining("npm run service -- start redis-1") });
  } finally {
    node.disconnect();
  }
});

test("a node that loads its data says so, grants nothing, and grants when it is done", async () => {
  const folder = await mkdtemp(join(tmpdir(), "last-unit-loading-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server = await startRedis(port, folder);
  const node = connectLockNode(url);
  try {
    const guard = setNx(node, { remedy });
    await eventually(async () => (await guard.availability()).available, "the node answers");
    await node.eval('for i = 1, 4000 do redis.call("SET", "filler:" .. i, i) end return 1', 0);
    await node.call("SAVE");
    await end(server);
    // A millisecond a key: long enough to be seen, and a bound on how long it lasts.
    server = await startRedis(
      port,
      folder,
      "--key-load-delay",
      "1000",
      "--loading-process-events-interval-bytes",
      "1024",
    );
    const reason = await eventually(async () => {
      const answer = await guard.availability();
      return !answer.available && answer.reason.includes("LOADING") && answer.reason;
    }, "it says that it loads");
    expect(reason).toContain("INFO persistence");
    await expect(guard.acquire([randomUUID()], { ttlMs: 1_000, waitMs: 200 })).rejects.toMatchObject({
      reason: "unreachable",
    });
    await eventually(async () => (await guard.availability()).available, "it has loaded");
    await guard.release(await guard.acquire([randomUUID()], { ttlMs: 1_000, waitMs: 2_000 }));
  } finally {
    node.disconnect();
    await end(server);
    await rm(folder, { recursive: true, force: true });
  }
});

async function startRedis(port: number, folder: string, ...flags: string[]): Promise<ChildProcess> {
  const program = await findProgram("redis");
  const file = program?.path ?? "redis-server";
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", ...flags];
  return spawn(file, args, { stdio: "ignore" });
}

function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once("exit", () => resolve());
    server.kill("SIGKILL");
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
