import type { IncomingMessage } from "node:http";

/** More than any call of the API needs (16 kB), and little enough to hold for every open request. */
export const MOST_BODY_BYTES = 64 * 1024;

/**
 * Reads a body whole, so that the request can be sent again to another replica when the first refuses the connection.
 *
 * @returns `"too-large"` when it is longer than `MOST_BODY_BYTES`, `"gone"` when the client left before its end.
 */
export function readBody(req: IncomingMessage): Promise<Buffer | "too-large" | "gone"> {
  if (Number(req.headers["content-length"] ?? 0) > MOST_BODY_BYTES) return Promise.resolve("too-large");
  return new Promise((done) => {
    const parts: Buffer[] = [];
    let length = 0;
    req.on("data", (part: Buffer) => {
      length += part.length;
      if (length <= MOST_BODY_BYTES) parts.push(part);
      else done("too-large");
    });
    req.once("end", () => done(Buffer.concat(parts)));
    req.once("error", () => done("gone"));
    req.once("close", () => done("gone"));
  });
}
