import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import getPort from "get-port";

/**
 * A free loopback port outside the range from which systems take the ports of outgoing connections (32768 and up on
 * Linux, 49152 and up elsewhere). A service that comes back after a minute needs the very same port, and nobody's
 * outgoing connection may have taken it meanwhile. Random, so that two systems that start together do not collide.
 */
export const freePort = () =>
  getPort({ host: "127.0.0.1", port: Array.from({ length: 50 }, () => randomInt(15_000, 32_000)) });

/** Whether something can listen on this port of 127.0.0.1 now; otherwise the system's error code, such as `EADDRINUSE`. */
export function whyPortIsTaken(port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => done(undefined)));
  });
}
