import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import getPort from "get-port";
import { StackError } from "./stack-error.ts";

/**
 * Finds a free loopback port below the range of ephemeral ports (32768 and up on Linux, 49152 and up elsewhere). A service
 * that restarts needs the same port, so no outgoing connection may have taken it meanwhile. The port is random, so that two
 * systems that start at the same time are unlikely to collide.
 */
export const freePort = () =>
  getPort({ host: "127.0.0.1", port: Array.from({ length: 50 }, () => randomInt(15_000, 32_000)) });

/**
 * Resolves to undefined if this port of 127.0.0.1 is free, otherwise to the system's error code, such as `EADDRINUSE`.
 */
export function whyPortIsTaken(port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => done(undefined)));
  });
}

/** The error for a port that cannot be used. `code` is the system's error code. */
export function portTaken(port: number, error: { code?: string }): StackError {
  if (error.code === "EACCES") {
    return new StackError(`Port ${port} may not be used by this user. Choose one above 1023: PORT=3000 npm start.`);
  }
  return new StackError(
    `Port ${port} is taken by another program (${error.code}). Choose another one: PORT=${port < 65_535 ? port + 1 : 3000} npm start.`,
  );
}
