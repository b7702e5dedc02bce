import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "@last-unit/locks";
import type { Database } from "./client.ts";

/** How long after a leader's death another process can take over, in milliseconds. */
const TTL_MS = 5_000;

export interface Leadership {
  /** Aborted if the lease could not be renewed in time. Another process may lead from then on. */
  readonly lost: AbortSignal;
  resign(): Promise<void>;
}

/**
 * Makes this process the leader of `name`, or resolves to undefined if another one leads. The lease is a row that the
 * leader renews, so it needs no dedicated connection and works behind a connection pooler. It expires by PostgreSQL's
 * clock; the leader stops earlier, by its own monotonic clock.
 *
 * As with every lease, a paused leader may resume and work for a moment at the same time as its successor. A leader's work
 * must tolerate that.
 */
export async function tryToLead(
  database: Database,
  name: string,
  { ttlMs = TTL_MS, clock = systemClock }: { ttlMs?: number; clock?: Clock } = {},
): Promise<Leadership | undefined> {
  const holder = randomUUID();
  const lost = new AbortController();
  let askedAt = clock.now();
  const granted = await database.$executeRaw`
    INSERT INTO leaders (name, holder, expires_at)
    VALUES (${name}, ${holder}::uuid, now() + ${ttlMs} * interval '1 millisecond')
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
     WHERE leaders.expires_at <= now()`;
  if (granted === 0) return undefined;

  let validUntil = askedAt + ttlMs;
  let cancel = clock.after(ttlMs / 3, renew);
  return {
    lost: lost.signal,
    async resign() {
      cancel();
      lost.abort();
      await database.$executeRaw`DELETE FROM leaders WHERE name = ${name} AND holder = ${holder}::uuid`;
    },
  };

  function renew(): void {
    // If the renewal gets no answer, the leader must still stop in time.
    cancel = clock.after(validUntil - clock.now(), () => lost.abort());
    askedAt = clock.now();
    database.$executeRaw`
      UPDATE leaders SET expires_at = now() + ${ttlMs} * interval '1 millisecond'
       WHERE name = ${name} AND holder = ${holder}::uuid AND expires_at > now()`.then(
      (renewed) => {
        if (lost.signal.aborted) return;
        cancel();
        if (renewed === 0) return lost.abort();
        validUntil = askedAt + ttlMs;
        cancel = clock.after(ttlMs / 3, renew);
      },
      () => {
        if (lost.signal.aborted) return;
        cancel();
        // The database is unavailable. Retry while the lease is valid.
        const leftMs = validUntil - clock.now();
        cancel = leftMs > 0 ? clock.after(Math.min(ttlMs / 10, leftMs), renew) : () => {};
        if (leftMs <= 0) lost.abort();
      },
    );
  }
}

/** Whether any process leads `name` now. */
export async function isLed(database: Database, name: string): Promise<boolean> {
  const [row] = await database.$queryRaw<{ led: boolean }[]>`
    SELECT EXISTS (SELECT FROM leaders WHERE name = ${name} AND expires_at > now()) AS led`;
  return row?.led ?? false;
}
