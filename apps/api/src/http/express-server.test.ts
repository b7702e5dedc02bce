import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import express, { type ErrorRequestHandler, type Express, Router } from "express";
import { afterEach, expect, test } from "vitest";
import { createExpressServer } from "./express-server.ts";

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close().closeAllConnections();
});

/** As `app.listen` does it: what the other server is compared with. */
const plain = (app: Express) => createServer({ keepAliveTimeout: 75_000 }, app);
function withPrototypes(app: Express): Server {
  const { server, serve } = createExpressServer({ keepAliveTimeout: 75_000 });
  serve(app);
  return server;
}

async function listen(server: Server): Promise<number> {
  opened.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** An application with one of everything: mounted routers and applications, parsers, errors, streams. */
function application(): Express {
  const app = express();
  app.set("trust proxy", "loopback");
  app.get("/json", (request, response) => {
    response.set("X-Asked", request.get("x-ask") ?? "").json({ name: request.query.name, fresh: request.fresh });
  });
  app.get("/address", ({ ip, ips, protocol, hostname, secure }, response) => {
    response.json({ ip, ips, protocol, hostname, secure });
  });
  app.post("/echo", express.json(), (request, response) => void response.status(201).json(request.body));
  app.get("/throws", () => {
    throw new Error("broken");
  });
  app.get("/rejects", async () => Promise.reject(new Error("broken later")));
  app.get("/cookie", (_request, response) => void response.cookie("buyer", "one").redirect("/json"));

  const router = Router();
  router.get("/:id", (request, response) => void response.json([request.baseUrl, request.path, request.params]));
  app.use("/router", router);

  const mounted = express();
  mounted.set("json spaces", 1);
  mounted.get("/inside", (request, response) => {
    response.json({ isInside: request.app === mounted, isResponseInside: response.app === mounted });
  });
  app.use("/app", mounted);
  app.use((request, response, next) => {
    // Mounted applications that had no answer have given the request back.
    if (request.path === "/app/after") response.json({ isBack: request.app === app && response.app === app });
    else next();
  });
  const handleError: ErrorRequestHandler = (error, _request, response, _next) => {
    response
      .status(500)
      .type("application/problem+json")
      .send(JSON.stringify({ detail: error.message }));
  };
  app.use(handleError);
  return app;
}

/** All bytes of the answers to these requests on one connection; the date does not count. */
async function bytesOf(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  socket.end(text);
  return (await socket.toArray()).join("").replaceAll(/^Date: .*$/gm, "Date: –");
}

const ask = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, "Host: shop", ...headers].join("\r\n")}\r\n\r\n`;
const json = '{"items":[1]}';
const posted = ["Content-Type: application/json", `Content-Length: ${json.length}`];

const exchanges = {
  "res.json and req.get": ask("GET /json?name=lamp", "X-Ask: 7"),
  "a conditional GET": ask("GET /json", "If-None-Match: *"),
  HEAD: ask("HEAD /json?name=lamp"),
  "trust proxy": ask("GET /address", "X-Forwarded-For: 203.0.113.9, 127.0.0.1", "X-Forwarded-Proto: https"),
  "a JSON body": ask("POST /echo", ...posted) + json,
  "a chunked body": `${ask("POST /echo", "Content-Type: application/json", "Transfer-Encoding: chunked")}d\r\n${json}\r\n0\r\n\r\n`,
  "a malformed body": ask("POST /echo", ...posted) + json.replace("}", "]"),
  "Expect: 100-continue": ask("POST /echo", ...posted, "Expect: 100-continue") + json,
  "an expectation that Node refuses": ask("POST /echo", ...posted, "Expect: wonders") + json,
  "an error thrown": ask("GET /throws"),
  "a promise rejected": ask("GET /rejects"),
  "a cookie and a redirect": ask("GET /cookie"),
  "a mounted router": ask("GET /router/7"),
  "a mounted application": ask("GET /app/inside"),
  "a mounted application without an answer": ask("GET /app/after"),
  "nothing there": ask("GET /nowhere"),
  "three requests on one connection": ask("GET /json") + ask("POST /echo", ...posted) + json + ask("GET /nowhere"),
  "an upgrade that nobody serves": ask("GET /json", "Connection: Upgrade", "Upgrade: websocket"),
  "Connection: close": ask("GET /json", "Connection: close"),
  "no request at all": "lamp\r\n\r\n",
};

test.each(Object.entries(exchanges))("%s: the answer is the one that a plain server sends", async (_name, text) => {
  const [expected, sent] = await Promise.all(
    [plain, withPrototypes].map(async (create) => bytesOf(await listen(create(application())), text)),
  );
  expect(expected).toMatch(/^HTTP\/1.1 /);
  expect(sent).toBe(expected);
});

test("requests and responses have Express's prototypes before the first middleware, and keep them", async () => {
  const app = express();
  const { server, serve } = createExpressServer({ keepAliveTimeout: 75_000 });
  const seen: boolean[] = [];
  const hasPrototypes = (request: object, response: object) =>
    Object.getPrototypeOf(request) === app.request && Object.getPrototypeOf(response) === app.response;
  server.on("request", (request, response) => seen.push(hasPrototypes(request, response)));
  app.use((request, response, next) => {
    seen.push(hasPrototypes(request, response));
    next();
  });
  const router = Router();
  router.post("/echo", express.json(), (request, response) => {
    seen.push(hasPrototypes(request, response));
    response.json(request.body);
  });
  app.use("/router", router);
  serve(app);
  const port = await listen(server);
  await bytesOf(port, (ask("POST /router/echo", ...posted) + json).repeat(2));
  expect(seen).toEqual(Array(6).fill(true));
});

test("a client that leaves before its answer: the response closes unfinished", async () => {
  const ends: unknown[] = [];
  for (const create of [plain, withPrototypes]) {
    const app = express();
    const left = new Promise((resolve) => {
      app.get("/slow", (request, response) => {
        response.once("close", () => resolve([request.destroyed, response.writableFinished, response.headersSent]));
        request.socket.emit("arrived");
      });
    });
    const server = create(app);
    server.on("connection", (socket) => socket.once("arrived", () => client.destroy()));
    const client = connect(await listen(server), "127.0.0.1");
    client.write(ask("GET /slow"));
    ends.push(await left);
  }
  expect(ends[1]).toEqual(ends[0]);
});

test("a server with a listener for upgrades passes it Express's request", async () => {
  const app = express();
  const { server, serve } = createExpressServer({ keepAliveTimeout: 75_000 });
  serve(app);
  const upgraded = once(server, "upgrade") as Promise<[IncomingMessage]>;
  const client = connect(await listen(server), "127.0.0.1");
  client.write(ask("GET /live", "Connection: Upgrade", "Upgrade: websocket"));
  const [request] = await upgraded;
  client.destroy();
  expect([request.url, Object.getPrototypeOf(request) === app.request]).toEqual(["/live", true]);
});
