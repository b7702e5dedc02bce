import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answersQueries } from "../src/postgres/postgres.ts";
import { redisInfo } from "../src/redis.ts";
import { readStackFile, stackFilePath } from "../src/stack-file.ts";
import { processStart } from "../src/supervise/process-identity.ts";
import { type System, startSystem } from "../src/system.ts";

let home: string;
let system: System;
const said: string[] = [];
const start = () =>
  startSystem({
    home,
    backingServicesOnly: true,
    given: {},
    lockNodeRestartDelayMs: 1500,
    report: (line) => said.push(line),
  });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  system = await start();
}, 60_000);

afterAll(async () => {
  await system?.stop();
  await rm(home, { recursive: true, force: true });
});

test("PostgreSQL killed in the middle of its work comes back with what was committed", async () => {
  const { url, pid } = system.file.postgres;
  await query(url, "CREATE TABLE IF NOT EXISTS witness AS SELECT 42 AS answer");
  process.kill(pid as number, "SIGKILL");
  await until(async () => system.file.postgres.pid !== pid && (await answersQueries(url)));
  expect(await query(url, "SELECT answer FROM witness")).toEqual([{ answer: 42 }]);
  expect(said.join("\n")).toMatch(/postgres ended \(SIGKILL\)/);
}, 20_000);

test("a lock Redis that died stays down for its delay, then answers again", async () => {
  const node = system.file.redis[1];
  process.kill(node?.pid as number, "SIGKILL");
  await sleep(700);
  expect(await redisInfo(node?.url as string)).toBeUndefined();
  expect(said.join("\n")).toMatch(/npm run service -- start redis-2/);
  await until(async () => (await redisInfo(node?.url as string)) !== undefined);
}, 20_000);

test("a second start on the same home is refused in a sentence", async () => {
  await expect(start()).rejects.toThrow(/runs already/);
});

test("stack.json is private, names every process, and is gone after the stop, as the processes are", async () => {
  const file = await readStackFile(home);
  expect((await stat(stackFilePath(home))).mode & 0o777).toBe(0o600);
  const pids = [...(file?.redis ?? []), file?.eventsRedis, file?.postgres].map((service) => service?.pid as number);
  expect(pids).toHaveLength(7);
  await system.stop();
  expect(await readStackFile(home)).toBeUndefined();
  expect(await Promise.all(pids.map(processStart))).toEqual(pids.map(() => undefined));
  system = await start();
  expect(await query(system.file.postgres.url, "SELECT answer FROM witness")).toEqual([{ answer: 42 }]);
}, 30_000);

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(100);
}
