import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Control, openControl } from "../control/control.ts";
import { freePort } from "../free-port.ts";
import { ProcessRecord } from "../supervise/process-record.ts";
import { Service } from "../supervise/service.ts";
import { type FrontDoor, openFrontDoor } from "./front-door.ts";
import { RoundRobin } from "./round-robin.ts";

let home: string;
let control: Control;
let door: FrontDoor;
let port: number;
let own: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  const record = new ProcessRecord(home);
  const around = { record, report: () => {}, ending: new AbortController().signal, changed: () => {} };
  const spec = { name: "redis-1", logFile: join(home, "log"), startWithinMs: 1, stopWithinMs: 1 };
  const neverStarted = new Service(
    {
      ...spec,
      stopSignal: "SIGTERM",
      command: () => ({ file: "false", args: [] }),
      isAnswering: async () => false,
    },
    around,
  );
  control = await openControl({ home, root: home, services: () => [neverStarted], around });
  port = await freePort();
  own = `http://127.0.0.1:${port}`;
  door = await openFrontDoor(port, new RoundRobin([]), undefined, { controlUrl: control.url });
});

afterAll(async () => {
  await control.close();
  await door.close();
  door.closeConnections();
  await rm(home, { recursive: true, force: true });
});

/** As a client that changes nothing about what it is told to send. */
const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number | undefined; code: string | undefined }>((done, fail) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part) => {
        body += part;
      });
      response.once("end", () => done({ status: response.statusCode, code: JSON.parse(body || "{}").code }));
    });
    sent.once("error", fail).end();
  });
const withToken = (headers: Record<string, string> = {}) => ({ authorization: `Bearer ${control.token}`, ...headers });
const STOP = "/stack/services/redis-1/stop";

test("with the token, /stack/… reaches the control port, with and without an Origin", async () => {
  expect((await ask("GET", "/stack/services", withToken())).status).toBe(200);
  expect((await ask("POST", STOP, withToken())).status).toBe(200);
  expect((await ask("POST", STOP, withToken({ origin: own }))).status).toBe(200);
  expect((await ask("POST", STOP, withToken({ "sec-fetch-site": "same-origin" }))).status).toBe(200);
});

test.each([
  ["none", {}],
  ["a wrong one", { authorization: "Bearer 0" }],
  ["a wrong one of the same length", { authorization: `Bearer ${"0".repeat(48)}` }],
  ["as a cookie", { cookie: "token=1" }],
])("the token is wanted of everybody: %s", async (_, headers) => {
  for (const [method, path] of [
    ["GET", "/stack/services"],
    ["GET", "/stack"],
    ["GET", "/stack/explore"],
    ["POST", STOP],
    ["POST", "/stack/explore"],
    ["GET", "/stack/workshop"],
  ] as const) {
    const answer = await ask(method, path, { ...headers, origin: own });
    expect([path, answer]).toEqual([path, { status: 401, code: "UNAUTHORIZED" }]);
  }
});

test("a token in the address is none: addresses are logged and shared", async () => {
  expect((await ask("GET", `/stack/services?token=${control.token}`)).status).toBe(401);
});

test.each([
  ["another port of the same host", { origin: "http://127.0.0.1:1" }],
  ["another name of the same host", { origin: "http://localhost" }],
  ["another site", { origin: "https://evil.example" }],
  ["a page without an origin", { origin: "null" }],
  ["another port, as the browser says", { "sec-fetch-site": "same-site" }],
  ["another site, as the browser says", { "sec-fetch-site": "cross-site" }],
])("a state change from %s is refused, even with the token", async (_, headers) => {
  for (const [method, path] of [
    ["POST", STOP],
    ["POST", "/stack/explore"],
    ["DELETE", "/stack/explore"],
  ] as const) {
    expect(await ask(method, path, withToken(headers))).toEqual({ status: 403, code: "FOREIGN_ORIGIN" });
  }
});

test("a foreign Host is refused, even with the token and an Origin of that name", async () => {
  const foreign = { host: "evil.example:3000", origin: "http://evil.example:3000" };
  expect(await ask("POST", STOP, withToken(foreign))).toEqual({ status: 421, code: "FOREIGN_HOST" });
  expect(await ask("GET", "/stack/services", withToken(foreign))).toEqual({ status: 421, code: "FOREIGN_HOST" });
});

test("a path that only begins alike is a page", async () => {
  expect((await ask("GET", "/stacked", withToken())).code).toBe("NOT_FOUND");
  expect((await ask("GET", "/stack/nothing", withToken())).code).toBe("NOT_FOUND");
});

test("the workshop does not run: 503 NO_WORKSHOP", async () => {
  expect(await ask("GET", "/stack/workshop", withToken())).toEqual({ status: 503, code: "NO_WORKSHOP" });
});
