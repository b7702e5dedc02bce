import type pg from "pg";
import type { Session } from "./session.ts";

/** Pauses and resumes a server process (SIGSTOP, SIGCONT), for a caller that owns the server. */
export interface Pausing {
  pause(pid: number): void | Promise<void>;
  resume(pid: number): void | Promise<void>;
}

/**
 * For whom a session waits, and for which lock, in the words of PostgreSQL's messages. A session may wait for several locks
 * one after another, and only of the one that was reported is it known that it has closed no circle.
 */
const WAIT = `
  SELECT pg_blocking_pids(pid) AS pids,
         mode || ' on ' || CASE locktype
           WHEN 'transactionid' THEN 'transaction ' || transactionid
           WHEN 'tuple' THEN format('tuple (%s,%s) of relation %s of database %s', page, tuple, relation, database)
           WHEN 'relation' THEN format('relation %s of database %s', relation, database)
           WHEN 'advisory' THEN format('advisory lock [%s,%s,%s,%s]', database, classid, objid, objsubid)
         END AS "waitsFor"
    FROM pg_locks WHERE pid = $1 AND NOT granted`;

/** Which sessions wait for a lock, for whom, and who of them is next. */
export class LockWaits {
  readonly #sessions: () => Iterable<Session>;
  readonly #observer: pg.ClientBase;
  readonly #pausing: Pausing | undefined;

  constructor(sessions: () => Iterable<Session>, observer: pg.ClientBase, pausing: Pausing | undefined) {
    this.#sessions = sessions;
    this.#observer = observer;
    this.#pausing = pausing;
  }

  /** By PostgreSQL's own account. */
  readonly blockedBy = async (name: string): Promise<readonly string[]> => {
    const blockers = new Set<string>();
    for (const { process, pid, waitsFor, pausedBehind } of this.#sessions()) {
      if (process?.name !== name || waitsFor === undefined) continue;
      if (pausedBehind) return pausedBehind;
      const { rows } = await this.#observer.query<{ pids: number[]; waitsFor: string }>(WAIT, [pid]);
      const [wait] = rows.filter((row) => row.waitsFor === waitsFor);
      for (const blocker of wait?.pids ?? []) {
        const blocking = this.nameOf(blocker);
        // A session that is not explored, such as autovacuum, goes on by itself.
        if (blocking) blockers.add(blocking);
      }
    }
    return [...blockers];
  };

  readonly holdBack = async (): Promise<void> => {
    if (!this.#pausing) return;
    const waiting = [...this.#sessions()].filter(({ process, waitsFor }) => process && waitsFor !== undefined);
    waiting.sort((a, b) => a.since - b.since);
    for (const session of waiting.slice(1)) {
      const blockers = await this.blockedBy(session.process?.name ?? "");
      if (blockers.length === 0) continue;
      session.pausedBehind = blockers;
      await this.#pausing.pause(session.pid);
    }
  };

  readonly letNextGo = async (): Promise<boolean> => {
    const paused = [...this.#sessions()].filter(({ pausedBehind }) => pausedBehind);
    const [next] = paused.sort((a, b) => a.since - b.since);
    if (next) await this.resume(next);
    return next !== undefined;
  };

  async resume(session: Session): Promise<void> {
    session.pausedBehind = undefined;
    await this.#pausing?.resume(session.pid);
  }

  /** The process of a server process. */
  nameOf(pid: number): string | undefined {
    for (const session of this.#sessions()) if (session.pid === pid) return session.process?.name;
    return undefined;
  }
}
