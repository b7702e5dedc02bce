import { once } from "node:events";
import { createServer, get, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../free-port.ts";
import { type FrontDoor, openFrontDoor } from "./front-door.ts";
import { RoundRobin } from "./round-robin.ts";
import { pageHeaders } from "./static-files.ts";

const opened: (Server | FrontDoor)[] = [];
afterEach(() => {
  for (const door of opened.splice(0)) {
    void door.close();
    if ("closeConnections" in door) door.closeConnections();
    else door.closeAllConnections();
  }
});

async function replica(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  opened.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function frontDoor(urls: string[]): Promise<string> {
  const port = await freePort();
  opened.push(
    await openFrontDoor(port, new RoundRobin(urls.map((url, index) => ({ name: `replica-${index + 1}`, url })))),
  );
  return `http://127.0.0.1:${port}`;
}

const named =
  (name: string): RequestListener =>
  (req, res) => {
    let body = "";
    req.on("data", (part) => {
      body += part;
    });
    req.on("end", () => res.end(`${name} ${req.method} ${req.url} ${body}`));
  };
const down = async () => `http://127.0.0.1:${await freePort()}`;

test("requests go to the replicas in turn", async () => {
  const door = await frontDoor([await replica(named("one")), await replica(named("two"))]);
  const answers = [];
  for (let index = 0; index < 4; index++) answers.push((await (await fetch(`${door}/api/x`)).text()).split(" ")[0]);
  expect(answers).toEqual(["one", "two", "one", "two"]);
});

test("a replica that is down costs no buyer anything: the next one gets the same body", async () => {
  const door = await frontDoor([await down(), await replica(named("two"))]);
  for (let index = 0; index < 4; index++) {
    const response = await fetch(`${door}/api/checkout`, { method: "POST", body: "cart" });
    expect(await response.text()).toBe("two POST /api/checkout cart");
  }
});

test("/replica/2 reaches replica 2, without the prefix", async () => {
  const door = await frontDoor([await replica(named("one")), await replica(named("two"))]);
  expect(await (await fetch(`${door}/replica/2/api/x?y=1`)).text()).toBe("two GET /api/x?y=1 ");
  expect((await fetch(`${door}/replica/3/api/x`)).status).toBe(404);
});

test("a replica lost in the middle of a checkout: 502 REPLICA_LOST, and no second try", async () => {
  let asked = 0;
  const dying = await replica((req) => {
    asked++;
    req.resume().once("end", () => req.socket.destroy());
  });
  const door = await frontDoor([dying, dying]);
  const response = await fetch(`${door}/api/checkout`, { method: "POST", body: "cart" });
  expect([response.status, await response.json(), asked]).toMatchObject([502, { code: "REPLICA_LOST" }, 1]);
});

test("no replica at all: 503 NO_REPLICA with Retry-After", async () => {
  const door = await frontDoor([await down(), await down()]);
  const response = await fetch(`${door}/api/products`);
  expect(response.headers.get("retry-after")).toBe("1");
  expect([response.status, await response.json()]).toMatchObject([503, { code: "NO_REPLICA" }]);
});

test("a body that no call needs: 413 BODY_TOO_LARGE", async () => {
  const door = await frontDoor([await replica(named("one"))]);
  const response = await fetch(`${door}/api/checkout`, { method: "POST", body: "x".repeat(70_000) });
  expect([response.status, await response.json()]).toMatchObject([413, { code: "BODY_TOO_LARGE" }]);
});

test("an event stream arrives event by event", async () => {
  const streaming = await replica((_req, res) => {
    res.writeHead(200, { "content-type": "text/event-stream" });
    res.write("data: first\n\n");
  });
  const door = await frontDoor([streaming]);
  const abort = new AbortController();
  const response = await fetch(`${door}/api/events`, { signal: abort.signal });
  const first = await response.body?.getReader().read();
  expect(new TextDecoder().decode(first?.value)).toBe("data: first\n\n");
  abort.abort();
});

test("a replica that is not ready comes last, not never", () => {
  const turn = new RoundRobin([
    { name: "a", url: "" },
    { name: "b", url: "" },
  ]);
  turn.setReady("a", false);
  expect([turn.order(), turn.order()].map((order) => order.map(({ name }) => name))).toEqual([
    ["b", "a"],
    ["b", "a"],
  ]);
});

test("a replica that is leaving comes last from that moment on", () => {
  const leaving = new Set<string>();
  const targets = ["a", "b"].map((name) => ({ name, url: "" }));
  const turn = new RoundRobin(targets, ({ name }) => leaving.has(name));
  expect(turn.order()[0]?.name).toBe("a");
  leaving.add("a");
  expect([turn.order(), turn.order()].map(([first]) => first?.name)).toEqual(["b", "b"]);
});

test("the page may run its own inline script, and no other", () => {
  const policy = pageHeaders('<script>go()</script><script type="module" src="/assets/a.js"></script>')[
    "content-security-policy"
  ];
  expect(policy).toMatch(/script-src 'self' 'sha256-[^']+';/);
});

test("an idle connection is closed by the front door before its replica does, so no request meets a closing one", async () => {
  const connections: Socket[] = [];
  const upstream = createServer({ keepAliveTimeout: 60_000 }, named("one"));
  upstream.on("connection", (socket: Socket) => connections.push(socket));
  opened.push(upstream);
  await new Promise<void>((done) => upstream.listen(0, "127.0.0.1", done));
  const port = await freePort();
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  opened.push(await openFrontDoor(port, new RoundRobin([{ name: "replica-1", url }]), undefined, { idleMs: 100 }));
  await (await fetch(`http://127.0.0.1:${port}/api/x`)).text();
  const [connection] = connections;
  if (!connection) throw new Error("The replica was not asked.");
  // `end` says that the other side closed it: the front door.
  if (!connection.readableEnded) await once(connection, "end");
  expect(connections).toHaveLength(1);
});

test("a foreign Host is refused, whatever it asks for: a name that was pointed at loopback", async () => {
  const door = await frontDoor([await replica(named("one"))]);
  const ask = (path: string, host: string) =>
    new Promise<number | undefined>((done, fail) => {
      get(`${door}${path}`, { headers: { host } }, (response) => done(response.resume().statusCode)).on("error", fail);
    });
  for (const path of ["/", "/api/products", "/replica/1/api/products"]) {
    expect([path, await ask(path, "evil.example:3000")]).toEqual([path, 421]);
  }
  for (const host of ["localhost:3000", "127.0.0.1", "[::1]:3000", "LOCALHOST"]) {
    expect([host, await ask("/api/products", host)]).toEqual([host, 200]);
  }
});

test("a replica's metrics are not public", async () => {
  const door = await frontDoor([await replica(named("one"))]);
  for (const path of ["/metrics", "/metrics?x", "/replica/1/metrics"]) {
    expect([path, (await fetch(door + path)).status]).toEqual([path, 404]);
  }
});
