import { once } from "node:events";
import type { Response } from "express";
import type { Redis } from "ioredis";
import { ShopError } from "../../errors.ts";
import { streamKey } from "../races/events.ts";

const VIEWERS = 256;
const BLOCK_MS = 10_000;
const BATCH = 500;

interface Viewing {
  /** An event's id; from the first one on without it. */
  after?: string;
  follow: boolean;
}

/**
 * Serves a run's checkpoints as server-sent events: first all past ones, then the live ones of every replica. Each viewer
 * reads the run's Redis stream over a separate connection, so that a slow viewer does not delay the others.
 * `after` resumes after that event. Without `follow`, the response ends with the last past event.
 */
export function eventStreams(redis: Redis | undefined) {
  const viewers = new Set<() => void>();

  async function open(response: Response, runId: string, { after = "", follow }: Viewing): Promise<void> {
    if (!redis) throw new ShopError("NOT_FOUND", "This system has no events Redis, so races cannot be watched.");
    if (viewers.size >= VIEWERS) throw new ShopError("TOO_MANY_VIEWERS", "Too many people are watching this replica.");
    const connection = redis.duplicate({ lazyConnect: true, enableOfflineQueue: true, commandTimeout: BLOCK_MS * 2 });
    connection.on("error", () => {});
    const close = () => {
      viewers.delete(close);
      connection.disconnect();
      response.end();
    };
    viewers.add(close);
    response.on("close", close);
    response.writeHead(200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    });
    response.flushHeaders();
    response.write("retry: 1000\n\n");
    const from = /^\d+-\d+$/.test(after) ? after : "0";
    await forward(connection, response, runId, { from, follow }).catch(() => {});
    close();
  }

  async function forward(
    connection: Redis,
    response: Response,
    runId: string,
    { from, follow }: { from: string; follow: boolean },
  ): Promise<void> {
    let last = from;
    while (!response.closed && !response.writableEnded) {
      const reply = follow
        ? await connection.xread("COUNT", BATCH, "BLOCK", BLOCK_MS, "STREAMS", streamKey(runId), last)
        : await connection.xread("COUNT", BATCH, "STREAMS", streamKey(runId), last);
      if (!reply && !follow) return;
      let chunk = reply ? "" : ": still here\n\n";
      for (const [id, fields] of reply?.[0]?.[1] ?? []) {
        chunk += `id: ${id}\nevent: checkpoint\ndata: ${fields[1]}\n\n`;
        last = id;
      }
      if (!response.write(chunk)) await drained(response);
    }
  }

  return {
    open,
    closeAll: () => {
      for (const close of viewers) close();
    },
  };
}

/** Resolves when the response takes more, or is closed. Leaves no listener behind: a slow viewer fills the buffer often. */
async function drained(response: Response): Promise<void> {
  const settled = new AbortController();
  try {
    await Promise.race([once(response, "drain", settled), once(response, "close", settled)]);
  } finally {
    settled.abort();
  }
}
