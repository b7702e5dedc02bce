import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * A `close` for the server that lets every request under way have its answer, and waits for nothing else. Node's own
 * waits for connections that have never asked anything, as browsers open them in advance, and for clients that go on
 * asking over the connection that they have.
 */
export function gracefulClose(server: Server): () => Promise<void> {
  const silent = new Set<Socket>();
  const answering = new Set<ServerResponse>();
  let isClosing = false;

  server.on("connection", (socket: Socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    silent.delete(socket);
    if (isClosing) response.setHeader("connection", "close");
    answering.add(response);
    response.once("close", () => {
      answering.delete(response);
      if (isClosing) socket.end();
    });
  });

  return () =>
    new Promise((resolve) => {
      isClosing = true;
      server.close(() => resolve());
      for (const socket of silent) socket.destroy();
      for (const response of answering) if (!response.headersSent) response.setHeader("connection", "close");
    });
}
