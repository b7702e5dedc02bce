import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { LabClient } from "./lab-client.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A lab whose event stream says what the test writes. */
async function labThatStreams(write: (response: ServerResponse) => void): Promise<LabClient> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    write(response);
  }).listen(0, "127.0.0.1");
  ends.push(() => server.close().closeAllConnections());
  await once(server, "listening");
  return new LabClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const sent = (attempt: string, checkpoint: string, at: number) =>
  `id: ${at}-0\nevent: checkpoint\ndata: ${JSON.stringify({ attempt, checkpoint, at })}\n\n`;

test("a run's events are read until all checkouts are answered, although the stream stays open", async () => {
  const text = `retry: 1000\n\n${sent("a", "locked", 1)}${sent("a", "answered", 2)}: still here\n\n${sent("b", "answered", 3)}`;
  const lab = await labThatStreams((response) => {
    // In pieces that end in the middle of lines.
    for (const piece of text.match(/.{1,7}/gs) ?? []) response.write(piece);
  });
  expect((await lab.events("run", 2)).map(({ attempt, checkpoint }) => `${attempt} ${checkpoint}`)).toEqual([
    "a locked",
    "a answered",
    "b answered",
  ]);
});

test("a stream that ends early gives what it had", async () => {
  const lab = await labThatStreams((response) => response.end(sent("a", "locked", 1)));
  expect(await lab.events("run", 2)).toHaveLength(1);
});
