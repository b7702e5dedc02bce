import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { gracefulClose } from "./graceful-close.ts";

const opened: (() => void)[] = [];
afterEach(() => {
  for (const end of opened.splice(0)) end();
});

/** A server that answers when the test says so. */
async function listening() {
  const server = createServer();
  const closing = gracefulClose(server);
  const asked: ServerResponse[] = [];
  server.on("request", (_request, response) => asked.push(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  opened.push(
    () => agent.destroy(),
    () => server.closeAllConnections(),
  );
  const ask = async () => {
    const isAsked = once(server, "request");
    const answer = once(get({ port, host: "127.0.0.1", agent }), "response") as Promise<[IncomingMessage]>;
    await isAsked;
    return answer.then(([message]) => message);
  };
  return { server, ...closing, asked, ask, port };
}

test("a connection that never asked anything does not hold it up", async () => {
  const { server, close, port } = await listening();
  const isConnected = once(server, "connection");
  const silent = connect(port, "127.0.0.1");
  opened.push(() => silent.destroy());
  await isConnected;
  await close();
});

test("a connection's first request that was on its way is answered", async () => {
  const { server, close, port } = await listening();
  server.on("request", (_request, response) => response.end("sold"));
  const isConnected = once(server, "connection");
  const socket = connect(port, "127.0.0.1");
  opened.push(() => socket.destroy());
  await isConnected;
  const closing = close();
  socket.end("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
  expect((await socket.setEncoding("utf8").toArray()).join("")).toMatch(/^HTTP\/1.1 200 .*sold/s);
  await closing;
});

test("a request under way gets its answer first, and its connection ends with it", async () => {
  const { close, asked, ask } = await listening();
  const answer = ask();
  await expect.poll(() => asked.length).toBe(1);
  let isClosed = false;
  const closing = close().then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(false);
  asked[0]?.end("sold");
  const message = await answer;
  message.resume();
  expect([message.statusCode, message.headers.connection]).toEqual([200, "close"]);
  await closing;
});

test("when notice was given it takes requests, and answers each with the advice to connect anew", async () => {
  const { giveNotice, close, asked, ask, server } = await listening();
  giveNotice();
  const answer = ask();
  await expect.poll(() => asked.length).toBe(1);
  expect(server.listening).toBe(true);
  asked[0]?.end("sold");
  const message = await answer;
  message.resume();
  expect(message.headers.connection).toBe("close");
  await close();
});

test("an answer that has begun is sent to its end", async () => {
  const { close, asked, ask } = await listening();
  const answer = ask();
  await expect.poll(() => asked.length).toBe(1);
  asked[0]?.write("so");
  const message = await answer;
  const closing = close();
  asked[0]?.end("ld");
  expect((await message.setEncoding("utf8").toArray()).join("")).toBe("sold");
  await closing;
});

test("a connection that has been answered and is kept alive does not hold it up", async () => {
  const { close, asked, ask } = await listening();
  const answer = ask();
  await expect.poll(() => asked.length).toBe(1);
  asked[0]?.end("sold");
  await (await answer).toArray();
  await close();
});
