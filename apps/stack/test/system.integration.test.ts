import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answersQueries } from "../src/postgres/postgres.ts";
import { redisInfo } from "../src/redis.ts";
import { readStackFile, stackFilePath } from "../src/stack-file.ts";
import { childrenOf, processStart } from "../src/supervise/process-identity.ts";
import { signalPid } from "../src/supervise/signal-pid.ts";
import { type System, startSystem } from "../src/system.ts";

const run = promisify(execFile);

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

test("DynamoDB remembers its tables when it is killed, and over the system's next start", async () => {
  await dynamodb("CreateTable", {
    TableName: "witness",
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await dynamodb("PutItem", { TableName: "witness", Item: { pk: { S: "counter" }, fencingToken: { N: "42" } } });
  const pid = system.file.dynamodb?.pid;
  process.kill(pid as number, "SIGKILL");
  const counter = async () => {
    const { Item } = await dynamodb("GetItem", { TableName: "witness", Key: { pk: { S: "counter" } } });
    return Item.fencingToken.N;
  };
  await until(async () => system.file.dynamodb?.pid !== pid && (await counter().catch(() => undefined)) === "42");
  await system.stop();
  system = await start();
  expect(await counter()).toBe("42");
}, 40_000);

test("a second start on the same home is refused in a sentence", async () => {
  await expect(start()).rejects.toThrow(/runs already/);
});

test("stack.json is private, names every process, and is gone after the stop, as the processes are", async () => {
  const file = await readStackFile(home);
  expect((await stat(stackFilePath(home))).mode & 0o777).toBe(0o600);
  const pids = [...(file?.redis ?? []), file?.eventsRedis, file?.postgres, file?.dynamodb].map(
    (service) => service?.pid as number,
  );
  expect(pids).toHaveLength(8);
  await system.stop();
  expect(await readStackFile(home)).toBeUndefined();
  expect(await Promise.all(pids.map(processStart))).toEqual(pids.map(() => undefined));
  system = await start();
  expect(await query(system.file.postgres.url, "SELECT answer FROM witness")).toEqual([{ answer: 42 }]);
}, 30_000);

test("the stack is killed while a lock node is paused: its watcher ends every process, and the home is free again", async () => {
  const other = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  const script = fileURLToPath(new URL("./start-backing-services.ts", import.meta.url));
  const stack = spawn(process.execPath, ["--import", "tsx", script, other], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(stack.stdout, "data");
    const file = await readStackFile(other);
    const pids = [...(file?.redis ?? []), file?.eventsRedis, file?.postgres, file?.dynamodb].map(
      (service) => service?.pid as number,
    );
    expect(pids).toHaveLength(8);
    process.kill(file?.redis[1]?.pid as number, "SIGSTOP");
    stack.kill("SIGKILL");
    await until(async () => (await Promise.all(pids.map(processStart))).every((start) => start === undefined));
    await until(async () => (await readStackFile(other)) === undefined);
  } finally {
    stack.kill("SIGKILL");
    await rm(other, { recursive: true, force: true });
  }
}, 60_000);

test("a watcher that wakes late ends nothing of the start that has followed in the same home", async () => {
  const other = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  const stacks = [await startAsProcess(other)];
  let watcher: number | undefined;
  try {
    watcher = await watcherOf(stacks[0]?.pid as number);
    process.kill(watcher, "SIGSTOP");
    stacks[0]?.kill("SIGKILL");
    stacks.push(await startAsProcess(other));
    const pids = (await readStackFile(other))?.redis.map(({ pid }) => pid as number) ?? [];
    process.kill(watcher, "SIGCONT");
    const late = watcher;
    await until(async () => (await processStart(late)) === undefined);
    expect(pids).toHaveLength(5);
    expect(await Promise.all(pids.map(processStart))).not.toContain(undefined);
    expect((await readStackFile(other))?.redis.map(({ pid }) => pid)).toEqual(pids);
  } finally {
    const file = await readStackFile(other);
    for (const stack of stacks) stack.kill("SIGKILL");
    if (watcher !== undefined) signalPid(watcher, "SIGCONT");
    await until(async () => (await processStart(file?.postgres.pid as number)) === undefined);
    await until(async () => (await readStackFile(other)) === undefined);
    await rm(other, { recursive: true, force: true });
  }
}, 60_000);

test("the stack is killed in the moment in which it starts a process: its watcher ends that one as well", async () => {
  const other = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  const script = fileURLToPath(new URL("./start-and-hang.ts", import.meta.url));
  const stack = spawn(process.execPath, ["--import", "tsx", script, other], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(stack.stdout, "data");
    const pid = Number(line);
    expect(await processStart(pid)).toBeTruthy();
    stack.kill("SIGKILL");
    await until(async () => (await processStart(pid)) === undefined);
  } finally {
    stack.kill("SIGKILL");
    await rm(other, { recursive: true, force: true });
  }
}, 20_000);

async function startAsProcess(folder: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("./start-backing-services.ts", import.meta.url));
  const stack = spawn(process.execPath, ["--import", "tsx", script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  await once(stack.stdout, "data");
  return stack;
}

async function watcherOf(stack: number): Promise<number> {
  for (const pid of await childrenOf(stack)) {
    const { stdout } = await run("ps", ["-o", "args=", "-p", String(pid)]);
    if (stdout.includes("watcher-main")) return pid;
  }
  throw new Error("The stack has no watcher.");
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** One call in DynamoDB's own protocol; dynalite looks at the signature's form alone. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the server sent.
async function dynamodb(operation: string, body: unknown): Promise<any> {
  const response = await fetch(system.file.dynamodb?.url as string, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "x-amz-date": "20261123T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=a/20261123/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(100);
}
