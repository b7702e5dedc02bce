import pg from "pg";
import { ShopError } from "../../errors.ts";

/** Any constant: it names the one place that all replicas' replays of this kind compete for. */
const PLACE = 7_215_003;
const WAIT_BOUND_MS = 25_000;

/**
 * Plays one at a time in the installation. PostgreSQL's watch over serializable transactions goes by pages, not by rows:
 * two replays that sell different products can end each other's transactions by a false alarm.
 * Source: https://www.postgresql.org/docs/current/transaction-iso.html#XACT-SERIALIZABLE
 */
export async function alone<T>(connectionString: string, play: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, lock_timeout: WAIT_BOUND_MS });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [PLACE]).catch((cause) => {
      throw new ShopError("TOO_MANY_REPLAYS", "Too many replays of this kind are waiting. Try again.", {}, { cause });
    });
    return await play();
  } finally {
    await client.end().catch(() => {});
  }
}
