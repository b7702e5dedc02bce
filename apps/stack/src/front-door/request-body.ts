import type { IncomingMessage } from "node:http";

/** More than any operation of the API accepts (16 kB), and small enough to keep in memory for each open request. */
export const MOST_BODY_BYTES = 64 * 1024;

/**
 * Reads the whole body, so that the request can be sent to another replica if the first one refuses the connection.
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
