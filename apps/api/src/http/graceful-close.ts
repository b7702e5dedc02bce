import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const FIRST_REQUEST_MS = 250;

export interface GracefulClose {
  /**
   * Asks for another connection with each answer from now on: one that is closed without notice may have the next request
   * on its way.
   */
  giveNotice(): void;
  /** Lets every request under way have its answer, and waits for nothing else. */
  close(): Promise<void>;
}

/**
 * Closes a server sooner than Node's own `close`, which waits for connections that have never asked anything, as browsers
 * open them in advance, and for clients that go on asking over the connection that they have.
 */
export function gracefulClose(server: Server): GracefulClose {
  const silent = new Set<Socket>();
  const answering = new Set<ServerResponse>();
  let isNoticeGiven = false;

  server.on("connection", (socket: Socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    silent.delete(socket);
    if (isNoticeGiven) response.setHeader("connection", "close");
    answering.add(response);
    response.once("close", () => {
      answering.delete(response);
      if (!server.listening) socket.end();
    });
  });

  function giveNotice(): void {
    isNoticeGiven = true;
    for (const response of answering) if (!response.headersSent) response.setHeader("connection", "close");
  }

  return {
    giveNotice,
    close() {
      giveNotice();
      return new Promise((resolve) => {
        server.close(() => resolve());
        // A new one's first request may be on its way.
        setTimeout(() => {
          for (const socket of silent) socket.destroy();
        }, FIRST_REQUEST_MS).unref();
      });
    },
  };
}
