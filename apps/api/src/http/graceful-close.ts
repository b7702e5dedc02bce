import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const FIRST_REQUEST_MS = 250;

export interface GracefulClose {
  /**
   * Sends `Connection: close` with each response from now on. Without this notice, a client may already be sending its
   * next request when the server closes the connection.
   */
  giveNotice(): void;
  /** Waits for the requests in progress, and for nothing else. */
  close(): Promise<void>;
}

/**
 * Closes a server sooner than Node's own `close`. That waits for connections that never sent a request, which browsers open
 * in advance, and for clients that keep sending requests over an open connection.
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
        // The first request of a new connection may already be on its way.
        setTimeout(() => {
          for (const socket of silent) socket.destroy();
        }, FIRST_REQUEST_MS).unref();
      });
    },
  };
}
