import type pg from "pg";
import type { Process, Step } from "../process.ts";
import { deadlockCycle, isChange, resultInWords, type Settled } from "./results.ts";
import { summaryOfFlight } from "./summary.ts";

/**
 * How the sessions report that they wait. PostgreSQL looks for a deadlock once, `deadlock_timeout` after a wait has begun,
 * and then says that it is still waiting, or which deadlock it has ended. So the answer to "is it blocked?" is PostgreSQL's
 * own, and the victim of a deadlock is always the session that closed the circle.
 */
const SETTINGS = "SET deadlock_timeout = '1ms'; SET log_lock_waits = on; SET client_min_messages = log";

/** Pauses and resumes a server process (SIGSTOP, SIGCONT), for a caller that owns the server. */
export interface Pausing {
  pause(pid: number): void | Promise<void>;
  resume(pid: number): void | Promise<void>;
}

interface Statement {
  readonly text: string;
  send(): Promise<pg.QueryResult>;
  settle(result: Settled): void;
}

interface Session {
  readonly client: pg.ClientBase;
  readonly pid: number;
  /** Resolves when the server is ready for the next statement. */
  ready(): Promise<unknown>;
  process: Process | undefined;
  /** The statements that the process has sent and that have not left yet. */
  flight: Statement[] | undefined;
  /** The lock for which it waits, as PostgreSQL has reported it: `ShareLock on transaction 748`. */
  waitsFor: string | undefined;
  /** The number of its latest flight: those that were sent earlier have waited longer. */
  since: number;
  /** Held back: for whom it waited then. */
  pausedBehind: readonly string[] | undefined;
  /** Resolves when the flight that was sent is answered. */
  answered: Promise<unknown> | undefined;
  isInTransaction: boolean;
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

type Query = (...args: unknown[]) => unknown;

/**
 * Makes every flight to PostgreSQL a step: the statements that a process sends without awaiting an answer. Each process
 * needs a connection of its own.
 *
 * The connections' role must be a superuser, because only one may set `deadlock_timeout` and `log_lock_waits`. Never use a
 * database that others use.
 */
export class PostgresSteps {
  readonly #observer: pg.ClientBase;
  readonly #pausing: Pausing | undefined;
  #flights = 0;
  readonly #sessions = new Map<pg.ClientBase, Session>();

  /**
   * @param observer a connected client that no process uses. It asks who is blocked by whom.
   * @param pausing needed where two sessions may wait for one row: when its lock is released, PostgreSQL wakes both, and
   * either may be first.
   */
  constructor(observer: pg.ClientBase, pausing?: Pausing) {
    this.#observer = observer;
    this.#pausing = pausing;
  }

  /**
   * Takes control of a connected client, at once: for a pool, call it in its `connect` event. Until `attach` the client's
   * statements pass as usual. Resolves when the client reports its waits.
   */
  async control(client: pg.ClientBase): Promise<void> {
    const settled = client.query(SETTINGS);
    const pid = (client as pg.ClientBase & { processID: number }).processID;
    const query = client.query.bind(client) as Query;
    const session: Session = {
      client,
      pid,
      ready: async () => query(""),
      process: undefined,
      flight: undefined,
      waitsFor: undefined,
      since: 0,
      pausedBehind: undefined,
      answered: undefined,
      isInTransaction: false,
    };
    this.#sessions.set(client, session);
    client.on("notice", ({ message = "" }) => {
      const [, begins, lock] = /^process \d+ (still waiting for|acquired) (.+) after [\d.]+ ms$/.exec(message) ?? [];
      if (!lock) return;
      session.waitsFor = begins === "acquired" ? undefined : lock;
      session.process?.recheck();
    });
    client.query = ((...args: unknown[]) => {
      const { process } = session;
      if (!process) return query(...args);
      const callBack = typeof args.at(-1) === "function" ? (args.pop() as (...results: unknown[]) => void) : undefined;
      const answer = this.#fly(session, process, textOf(args[0]), () => query(...args) as Promise<pg.QueryResult>);
      if (!callBack) return answer;
      answer.then(
        (result) => callBack(null, result),
        (error) => callBack(error),
      );
      return undefined;
    }) as typeof client.query;
    client.once("end", () => this.#sessions.delete(client));
    await settled;
  }

  /** The server processes of all controlled connections. */
  get backends(): number[] {
    return [...this.#sessions.values()].map(({ pid }) => pid);
  }

  /** From now on the client's flights are the process's steps. */
  attach(client: pg.ClientBase, process: Process): void {
    const session = this.#sessions.get(client);
    if (!session) throw new Error("Call control() for this client first.");
    session.process = process;
  }

  /** Lets all clients' statements pass as usual again, and ends what an execution has left open. */
  async detach(): Promise<void> {
    for (const session of this.#sessions.values()) {
      session.process = undefined;
      session.flight = undefined;
      if (session.pausedBehind) await this.#resume(session);
      if (session.answered) {
        // It waits for a lock that nobody will release.
        await this.#observer.query("SELECT pg_cancel_backend($1)", [session.pid]);
        await session.answered;
      }
      if (session.isInTransaction) await session.client.query("ROLLBACK").catch(() => {});
      session.isInTransaction = false;
    }
  }

  /** For whom a process waits, by PostgreSQL's own account. To be passed on as `Run.blockedBy`. */
  readonly blockedBy = async (name: string): Promise<readonly string[]> => {
    const blockers = new Set<string>();
    for (const { process, pid, waitsFor, pausedBehind } of this.#sessions.values()) {
      if (process?.name !== name || waitsFor === undefined) continue;
      if (pausedBehind) return pausedBehind;
      const { rows } = await this.#observer.query<{ pids: number[]; waitsFor: string }>(WAIT, [pid]);
      const [wait] = rows.filter((row) => row.waitsFor === waitsFor);
      for (const blocker of wait?.pids ?? []) {
        const blocking = this.#nameOf(blocker);
        // A session that is not explored, such as autovacuum, goes on by itself.
        if (blocking) blockers.add(blocking);
      }
    }
    return [...blockers];
  };

  /** To be passed on as `Run.holdBack`. */
  readonly holdBack = async (): Promise<void> => {
    if (!this.#pausing) return;
    const waiting = [...this.#sessions.values()].filter(({ process, waitsFor }) => process && waitsFor !== undefined);
    waiting.sort((a, b) => a.since - b.since);
    for (const session of waiting.slice(1)) {
      const blockers = await this.blockedBy(session.process?.name ?? "");
      if (blockers.length === 0) continue;
      session.pausedBehind = blockers;
      await this.#pausing.pause(session.pid);
    }
  };

  /** To be passed on as `Run.letNextGo`. */
  readonly letNextGo = async (): Promise<boolean> => {
    const paused = [...this.#sessions.values()].filter(({ pausedBehind }) => pausedBehind);
    const [next] = paused.sort((a, b) => a.since - b.since);
    if (next) await this.#resume(next);
    return next !== undefined;
  };

  async #resume(session: Session): Promise<void> {
    session.pausedBehind = undefined;
    await this.#pausing?.resume(session.pid);
  }

  #nameOf(pid: number): string | undefined {
    for (const session of this.#sessions.values()) if (session.pid === pid) return session.process?.name;
    return undefined;
  }

  #fly(session: Session, process: Process, text: string, send: Statement["send"]): Promise<pg.QueryResult> {
    return new Promise((resolve, reject) => {
      const settle = (result: Settled) =>
        result.status === "fulfilled" ? resolve(result.value) : reject(result.reason as Error);
      const statement = { text, send, settle };
      if (session.flight) session.flight.push(statement);
      else this.#begin(session, process, statement);
    });
  }

  #begin(session: Session, process: Process, first: Statement): void {
    const flight = [first];
    session.flight = flight;
    const step: Step<Settled[]> = {
      get name() {
        return summaryOfFlight(flight.map(({ text }) => text));
      },
      changed: (results) => isChange(results, session.isInTransaction),
      tell: (result) => ("value" in result ? resultInWords(result.value) : String(result.error)),
    };
    const answered = process.step(step, async () => {
      session.flight = undefined;
      session.since = ++this.#flights;
      const sent = Promise.allSettled(flight.map(({ send }) => send()));
      session.answered = sent;
      const results = await sent;
      // PostgreSQL sends an error before it releases the failed transaction's locks.
      if (results.some(({ status }) => status === "rejected")) await session.ready().catch(() => {});
      session.answered = undefined;
      session.waitsFor = undefined;
      session.isInTransaction = isInTransaction(results, session.isInTransaction);
      const cycle = deadlockCycle(results, (pid) => this.#nameOf(pid));
      if (cycle) process.deadlock(cycle);
      return results;
    });
    // The answers are given together: a process that goes on after the first one would race with the others.
    answered.then(
      (results) => {
        for (const [index, { settle }] of flight.entries()) settle(results[index] as Settled);
      },
      (reason) => {
        for (const { settle } of flight) settle({ status: "rejected", reason });
      },
    );
  }
}

function isInTransaction(results: readonly Settled[], before: boolean): boolean {
  let open = before;
  for (const result of results) {
    if (result.status !== "fulfilled") continue;
    if (result.value.command === "BEGIN") open = true;
    if (result.value.command === "COMMIT" || result.value.command === "ROLLBACK") open = false;
  }
  return open;
}

function textOf(query: unknown): string {
  if (typeof query === "string") return query;
  const { text, submit } = query as { text?: unknown; submit?: unknown };
  if (typeof text === "string" && typeof submit !== "function") return text;
  throw new TypeError("Only statements can be explored, not cursors or streams.");
}
