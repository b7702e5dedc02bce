import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Protocol } from "./protocols.ts";
import { openTcpProxy, type TcpProxyOptions } from "./tcp-proxy.ts";

/** A protocol of lines. */
const lineLength = (data: Buffer) => (data.includes("\n") ? data.indexOf("\n") + 1 : undefined);
const lines: Protocol = { requestLength: lineLength, answerLength: lineLength };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

test("without a fault everything passes, and whole requests are counted", async () => {
  const { proxy, client } = await open();
  client.send("on");
  client.send("e\ntwo\n");
  await client.receives("ONE\nTWO\n");
  expect(proxy.requests).toBe(2);
  expect(proxy.answers).toBe(2);
  expect(proxy.connections).toBe(1);
});

test("delay: an answer comes that much later, and a shorter delay does not overtake", async () => {
  const { proxy, client } = await open();
  const began = performance.now();
  // Long enough to be seen held on a busy machine.
  proxy.delay(1_000, "answers");
  client.send("slow\n");
  await until(() => proxy.held("answers") === 1);
  proxy.delay(1, "answers");
  client.send("fast\n");
  await client.receives("SLOW\nFAST\n");
  expect(performance.now() - began).toBeGreaterThanOrEqual(999);
});

test("hang of the requests: the server sees them after heal, also when the client has left", async () => {
  const { proxy, client, server } = await open();
  proxy.hang("requests");
  client.send("late\n");
  await until(() => proxy.held("requests") === 1);
  client.socket.destroy();
  await once(client.socket, "close");
  expect(server.seen()).toBe("");
  proxy.heal();
  await until(() => server.seen() === "late\n");
  await until(() => proxy.connections === 0);
});

test("hang of the answers: the server carries the request out, and the client knows after heal", async () => {
  const { proxy, client, server } = await open();
  proxy.hang("answers");
  client.send("held\n");
  await until(() => proxy.held("answers") === 1);
  expect(server.seen()).toBe("held\n");
  expect(client.received()).toBe("");
  proxy.heal();
  await client.receives("HELD\n");
});

test("cut both ways: the connection ends and new ones are refused until heal", async () => {
  const { proxy, client, connectClient } = await open();
  proxy.cut();
  await client.ends();
  await connectClient().ends();
  proxy.heal();
  const next = connectClient();
  next.send("again\n");
  await next.receives("AGAIN\n");
});

test("cut of the answers: carried out and never answered; heal ends the connection, which has a gap", async () => {
  const { proxy, client, server } = await open();
  proxy.cut("answers");
  client.send("gone\n");
  await until(() => proxy.lost("answers") === 1);
  expect(server.seen()).toBe("gone\n");
  proxy.heal();
  await client.ends();
  expect(client.received()).toBe("");
});

test("reset: the client gets ECONNRESET, and may connect again", async () => {
  const { proxy, client, connectClient } = await open();
  client.send("one\n");
  await client.receives("ONE\n");
  proxy.reset();
  const [error] = await once(client.socket, "error");
  expect(error).toMatchObject({ code: "ECONNRESET" });
  const next = connectClient();
  next.send("again\n");
  await next.receives("AGAIN\n");
});

test("the answer to the second of the matching requests is lost: it is carried out, and the connection ends", async () => {
  const { proxy, client, server } = await open();
  const lost = proxy.loseAnswer({ nth: 2, matches: (request) => request.includes("set") });
  client.send("set 1\nget\nset 2\nget\n");
  await lost;
  await client.ends();
  expect(client.received()).toBe("SET 1\nGET\n");
  expect(server.seen()).toContain("set 2\n");
});

test("a fate of one's own: the proxy answers, or does something before the answer", async () => {
  const order: string[] = [];
  const { client, server } = await open({
    onRequest(request) {
      if (request.includes("refuse")) return { answer: Buffer.from("no\n") };
      return { beforeAnswer: () => void order.push(`before the answer to ${request}`) };
    },
  });
  client.send("refuse\nserve\n");
  await client.receives("no\nSERVE\n");
  expect(server.seen()).toBe("serve\n");
  expect(order).toEqual(["before the answer to serve\n"]);
});

async function open(options: TcpProxyOptions = {}) {
  let seen = "";
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      seen += data;
      socket.write(data.toString().toUpperCase());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await openTcpProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`, {
    protocol: lines,
    ...options,
  });
  const [, port] = proxy.address.split(":");
  const connectClient = () => clientOf(connect(Number(port), "127.0.0.1"));
  const client = connectClient();
  closers.push(
    () => client.socket.destroy(),
    proxy.close,
    () => server.close(),
  );
  return { proxy, client, connectClient, server: { seen: () => seen } };
}

function clientOf(socket: Socket) {
  let received = "";
  socket.on("error", () => {});
  socket.on("data", (data) => {
    received += data;
  });
  return {
    socket,
    send: (text: string) => socket.write(text),
    received: () => received,
    receives: (text: string) => until(() => received === text),
    ends: () => until(() => socket.destroyed),
  };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within 5 s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
