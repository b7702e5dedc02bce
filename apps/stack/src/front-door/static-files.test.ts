import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { createServer, get, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../free-port.ts";
import { type FrontDoor, openFrontDoor } from "./front-door.ts";
import { RoundRobin } from "./round-robin.ts";

const SIZE = 1_000;
/** Larger than what sockets buffer, so that a client can break off in the middle. */
const LARGE = 20_000_000;
const text = "x".repeat(SIZE);
let dist: string;
let door: FrontDoor;
let replica: Server;
let url: string;

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  await mkdir(join(dist, "assets"));
  await writeFile(join(dist, "index.html"), "<!doctype html><title>the page</title>");
  await writeFile(join(dist, "assets/a.js"), text);
  await writeFile(join(dist, "assets/a.js.gz"), gzipSync(text));
  await writeFile(join(dist, "assets/large.bin"), Buffer.alloc(LARGE));
  replica = createServer((_req, res) => res.end("{}"));
  await new Promise<void>((done) => replica.listen(0, "127.0.0.1", done));
  const target = { name: "replica-1", url: `http://127.0.0.1:${(replica.address() as AddressInfo).port}` };
  const port = await freePort();
  door = await openFrontDoor(port, new RoundRobin([target]), dist);
  url = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await door.close();
  door.closeConnections();
  replica.close();
  replica.closeAllConnections();
  await rm(dist, { recursive: true, force: true });
});

/** As a client that changes nothing about what it is told to send. */
const ask = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((done, fail) => {
    get(`${url}${path}`, { headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("end", () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    }).once("error", fail);
  });

describe("a range", () => {
  test.each([
    ["bytes=0-9", 206, 10],
    ["bytes=-10", 206, 10],
    ["bytes=990-", 206, 10],
    ["bytes=990-5000", 206, 10],
    ["bytes=5-2", 200, SIZE],
    ["bytes=-0", 416, undefined],
    ["bytes=1000-", 416, undefined],
    ["bytes=99999999999999999999-", 416, undefined],
    ["bytes=a-b", 416, undefined],
    ["bytes=0-1,5-6", 200, SIZE],
    ["lines=1-2", 200, SIZE],
    ["bytes=", 416, undefined],
    ["nonsense", 200, SIZE],
  ])("%s is answered with %i, and the front door lives on", async (range, status, length) => {
    const answer = await ask("/assets/a.js", { range });
    // A malformed range may be ignored or refused (RFC 9110, section 14.2); never half of a file for the whole.
    expect([status, 200, 416]).toContain(answer.status);
    expect(answer.status === 206).toBe(status === 206);
    if (answer.status === status && length !== undefined) expect(answer.body).toHaveLength(length);
    expect((await ask("/assets/a.js")).status).toBe(200);
  });
});

/** Where the kernel lists a process's open files. */
const OPEN_FILES = "/proc/self/fd";

test.runIf(existsSync(OPEN_FILES))("a client that breaks off leaves no file open", async () => {
  const open = async () => {
    const links = (await readdir(OPEN_FILES)).map((fd) => readlink(join(OPEN_FILES, fd)).catch(() => ""));
    return (await Promise.all(links)).filter((path) => path.endsWith("large.bin")).length;
  };
  const { port } = new URL(url);
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.write("GET /assets/large.bin HTTP/1.1\r\nhost: localhost\r\n\r\n");
      await once(socket, "data");
      socket.destroy();
    }),
  );
  await expect.poll(open, { timeout: 10_000 }).toBe(0);
});

test("a file is sent compressed to a client that takes it, and plain to one that does not", async () => {
  const compressed = await ask("/assets/a.js", { "accept-encoding": "gzip, br" });
  expect(compressed.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
  expect(compressed.body.length).toBeLessThan(SIZE);
  const plain = await ask("/assets/a.js", { "accept-encoding": "identity" });
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(plain.body.toString()).toBe(text);
  expect(plain.headers["cache-control"]).toMatch(/immutable/);
});

test("a path without an extension is the page, a missing file is 404", async () => {
  const page = await ask("/lab/replays/two-readers/unlocked?x=1");
  expect([page.status, page.body.toString()]).toEqual([200, "<!doctype html><title>the page</title>"]);
  expect(page.headers["cache-control"]).toBe("no-cache");
  expect((await ask("/assets/gone.js")).status).toBe(404);
});

test.each([
  "GET /%",
  "GET /%00",
  "GET /%E0%A4%A",
  "GET //",
  "GET //evil.example/%2e%2e",
  "GET /../../etc/passwd",
  "GET /assets/%2e%2e/%2e%2e/etc/passwd",
  "GET http://other.example/assets/a.js",
  "GET /replica/1/%",
  "GET /replica/1//",
  "GET /api/%",
  "OPTIONS *",
  "CONNECT other.example:443",
  "DELETE /assets/a.js",
  "PROPFIND /",
  "GET /\\0",
])("%s is answered or refused, and the front door lives on", async (line) => {
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(
    `${line} HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: close, upgrade\r\nrange: bytes=5-2\r\n\r\n`,
  );
  let answer = "";
  socket.on("data", (part: Buffer) => {
    answer += part.toString("latin1");
  });
  await once(socket, "close");
  expect(answer).not.toMatch(/^HTTP\/1.1 5/);
  expect(answer).not.toMatch(/root:/);
  expect((await ask("/assets/a.js")).status).toBe(200);
});
