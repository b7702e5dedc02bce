import { once } from "node:events";
import type { Response } from "express";
import type { Redis } from "ioredis";
import { ShopError } from "../errors.ts";
import { streamKey } from "./events.ts";

const VIEWERS = 256;
const BLOCK_MS = 10_000;
const BATCH = 500;

/**
 * Server-sent events of a run: all past checkpoints, then the live ones of every replica. Each viewer reads the run's
 * Redis stream at its own pace over its own connection, so a slow one waits for nobody and nobody for it.
 * `Last-Event-ID` resumes where a viewer left off.
 */
export function eventStreams(redis: Redis | undefined) {
  const viewers = new Set<() => void>();

  async function open(response: Response, runId: string, lastEventId: string | undefined): Promise<void> {
    if (!redis) throw new ShopError("NOT_FOUND", "This installation has no events Redis, so races cannot be watched.");
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
    await forward(connection, response, runId, /^\d+-\d+$/.test(lastEventId ?? "") ? String(lastEventId) : "0").catch(
      () => {},
    );
    close();
  }

  async function forward(connection: Redis, response: Response, runId: string, from: string): Promise<void> {
    let last = from;
    while (!response.closed && !response.writableEnded) {
      const reply = await connection.xread("COUNT", BATCH, "BLOCK", BLOCK_MS, "STREAMS", streamKey(runId), last);
      let chunk = reply ? "" : ": still here\n\n";
      for (const [id, fields] of reply?.[0]?.[1] ?? []) {
        chunk += `id: ${id}\nevent: checkpoint\ndata: ${fields[1]}\n\n`;
        last = id;
      }
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
    }
  }

  return {
    open,
    closeAll: () => {
      for (const close of viewers) close();
    },
  };
}
