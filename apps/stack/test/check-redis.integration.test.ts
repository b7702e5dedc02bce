import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { checkEventsRedis, checkLockNodes } from "../src/check-redis.ts";
import { sameUser } from "../src/postgres/run-as.ts";
import { findProgram } from "../src/programs/find.ts";
import { openHome } from "./servers/run-server.ts";

const servers = await openHome();
const start = async (name: string, ...args: string[]) => {
  const program = (await findProgram("redis"))?.path ?? "redis-server";
  return servers.start(name, sameUser, program, (port) => [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", servers.home, "--save", "", "--appendonly", "no"],
    ...args,
  ]);
};

let port: number;
let admin: Redis;
beforeAll(async () => {
  port = await start("plain");
  admin = new Redis(port, "127.0.0.1");
}, 60_000);
afterEach(async () => {
  await admin.call("CONFIG", "SET", "maxmemory", "0", "maxmemory-policy", "noeviction");
});
afterAll(async () => {
  admin?.disconnect();
  await servers.close();
});

/** What the check says of these nodes: the advice, or the refusal. */
const said = (...urls: string[]) => checkLockNodes(urls).catch((error: Error) => `${error.name}: ${error.message}`);
const at = (user = "", path = "") => `redis://${user}127.0.0.1:${port}${path}`;
const mayDo = (name: string, ...rules: string[]) => admin.call("ACL", "SETUSER", name, "reset", "on", ">pw", ...rules);

test("a Redis that locks is accepted; one node survives no loss", async () => {
  expect(await said(at("", "/3"))).toEqual([
    "REDIS_URLS names 1 lock node: locks survive the loss of none. Use 3, 5 or 7 nodes.",
  ]);
  await checkEventsRedis(at());
});

test("a user who may set keys by a script but not ask for INFO is accepted", async () => {
  await mayDo("locker", "~lock:*", "+@all", "-info");
  expect(await said(at("locker:pw@"))).toHaveLength(1);
});

test.each<[string, string[], RegExp]>([
  ["EVAL", ["~*", "+@all", "-eval"], /refuses: NOPERM .*'eval'.* Allow this user \+eval/],
  ["the keys", ["~shop:*", "+@all"], /refuses: .*NOPERM .* all keys that begin with lock:$/],
])("a user who may not use %s is refused, with what to allow", async (_what, rules, sentence) => {
  await mayDo("limited", ...rules);
  expect(await said(at("limited:pw@"))).toMatch(sentence);
});

test("a password that is missing or wrong is told apart from a server that is away, and which of the nodes it is", async () => {
  await admin.call("CONFIG", "SET", "requirepass", "secret");
  const withPassword = at(":secret@");
  const other = await start("other");
  const sentence = `StackError: Redis 2 of REDIS_URLS (127.0.0.1:${port}) refuses: `;
  expect(await said(`redis://127.0.0.1:${other}`, at())).toMatch(`${sentence}NOAUTH`);
  expect(await said(`redis://127.0.0.1:${other}`, at(":wrong@"))).toMatch(`${sentence}WRONGPASS`);
  expect(await said(`redis://127.0.0.1:${other}`, withPassword)).toEqual([
    "REDIS_URLS names 2 lock nodes: locks survive the loss of none. Use 3, 5 or 7 nodes.",
  ]);
  expect(await said("redis://127.0.0.1:1")).toMatch(
    /^StackError: Redis 1 of REDIS_URLS \(127\.0\.0\.1:1\) does not answer: .*ECONNREFUSED/,
  );
  await admin.call("CONFIG", "SET", "requirepass", "");
});

test("a database that the server does not have is refused", async () => {
  expect(await said(at("", "/99"))).toMatch(/refuses: ERR DB index is out of range\.$/);
});

test("the same server twice is refused: its vote would count twice", async () => {
  const other = await start("third");
  expect(await said(at(), `redis://127.0.0.1:${other}`, `redis://localhost:${port}/1`)).toMatch(
    /Redis 1 of REDIS_URLS .* and Redis 3 of REDIS_URLS .* are the same server/,
  );
});

test("a replica and a node of a cluster are refused", async () => {
  const replica = await start("replica", "--replicaof", "127.0.0.1", String(port));
  expect(await said(`redis://127.0.0.1:${replica}`)).toMatch(/refuses: .*READONLY .* Name the primary server\.$/);
  const cluster = await start("cluster", "--cluster-enabled", "yes", "--cluster-config-file", "cluster.conf");
  expect(await said(`redis://127.0.0.1:${cluster}`)).toMatch(/CLUSTERDOWN .* It is in cluster mode/);
});

test("a full memory is refused, and one that would evict locks is told", async () => {
  await admin.call("CONFIG", "SET", "maxmemory", "1mb", "maxmemory-policy", "noeviction");
  expect(await said(at())).toMatch(/refuses: .*OOM .* Give it more memory\.$/);
  await admin.call("CONFIG", "SET", "maxmemory", "100mb", "maxmemory-policy", "allkeys-lru");
  expect(await said(at())).toContainEqual(
    expect.stringMatching(/may evict locks when its memory is full \(allkeys-lru\)/),
  );
});
