import type pg from "pg";
import type { Fault, Process, Step } from "../process.ts";
import { LockWaits, type Pausing } from "./lock-waits.ts";
import { backendHasEnded, close, connectionLost, hasEnded, hasLastingEffect } from "./lost-connection.ts";
import { deadlockCycle, isChange, resultInWords, type Settled } from "./results.ts";
import type { Session, Statement } from "./session.ts";
import { summaryOfFlight } from "./summary.ts";

/**
 * How the sessions report that they wait. PostgreSQL looks for a deadlock once, `deadlock_timeout` after a wait has begun,
 * and then says that it is still waiting, or which deadlock it has ended. So the answer to "is it blocked?" is PostgreSQL's
 * own, and the victim of a deadlock is always the session that closed the circle.
 */
const SETTINGS = "SET deadlock_timeout = '1ms'; SET log_lock_waits = on; SET client_min_messages = log";

type Query = (...args: unknown[]) => unknown;

/**
 * Makes every flight to PostgreSQL a step: the statements that a process sends without awaiting an answer. Each process
 * needs a connection of its own.
 *
 * The connections' role must be a superuser, because only one may set `deadlock_timeout` and `log_lock_waits`. Never use a
 * database that others use.
 */
export class PostgresSteps {
  /**
   * Whether the answer of a flight may be lost together with its connection, as a choice of the explorer: `l` after it was
   * carried out, `n` before.
   */
  answersMayBeLost = false;
  readonly #observer: pg.ClientBase;
  #flights = 0;
  readonly #sessions = new Map<pg.ClientBase, Session>();
  readonly #waits: LockWaits;

  /**
   * @param observer a connected client that no process uses. It asks who is blocked by whom.
   * @param pausing needed where two sessions may wait for one row: when its lock is released, PostgreSQL wakes both, and
   * either may be first.
   */
  constructor(observer: pg.ClientBase, pausing?: Pausing) {
    this.#observer = observer;
    this.#waits = new LockWaits(() => this.#sessions.values(), observer, pausing);
  }

  /** For whom a process waits. To be passed on as `Run.blockedBy`. */
  readonly blockedBy = (name: string): Promise<readonly string[]> => this.#waits.blockedBy(name);

  /** To be passed on as `Run.holdBack`. */
  readonly holdBack = (): Promise<void> => this.#waits.holdBack();

  /** To be passed on as `Run.letNextGo`. */
  readonly letNextGo = (): Promise<boolean> => this.#waits.letNextGo();

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
      controlled: settled,
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

  /** Whether the process has begun a transaction that has not ended. */
  isInTransaction(name: string): boolean {
    return this.#sessionsOf(name).some(({ isInTransaction }) => isInTransaction);
  }

  /** Closes the process's connection. Resolves when the server has ended what was open. */
  async disconnect(name: string): Promise<void> {
    for (const session of this.#sessionsOf(name)) await this.#disconnect(session);
  }

  /** Ends the server process of the process's connection (`pg_terminate_backend`), and resolves when it is gone. */
  async terminate(name: string): Promise<void> {
    for (const session of this.#sessionsOf(name)) {
      await session.controlled;
      const ended = hasEnded(session.client);
      await this.#observer.query("SELECT pg_terminate_backend($1)", [session.pid]);
      await Promise.all([ended, backendHasEnded(this.#observer, session.pid)]);
      this.#forget(session);
    }
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
      if (session.pausedBehind) await this.#waits.resume(session);
      if (session.answered) {
        // It waits for a lock that nobody will release.
        await this.#observer.query("SELECT pg_cancel_backend($1)", [session.pid]);
        await session.answered;
      }
      if (session.isInTransaction) await session.client.query("ROLLBACK").catch(() => {});
      session.isInTransaction = false;
    }
  }

  #sessionsOf(name: string): Session[] {
    return [...this.#sessions.values()].filter(({ process }) => process?.name === name);
  }

  async #disconnect(session: Session): Promise<void> {
    await session.controlled;
    await close(session.client);
    await backendHasEnded(this.#observer, session.pid);
    this.#forget(session);
  }

  /** What the process still sends on this connection is no step: it fails at once. */
  #forget(session: Session): void {
    session.process = undefined;
    session.isInTransaction = false;
    this.#sessions.delete(session.client);
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
    const lose = async (isCarriedOut: boolean): Promise<Settled[]> => {
      session.flight = undefined;
      if (isCarriedOut) await perform();
      await this.#disconnect(session);
      return flight.map(() => ({ status: "rejected", reason: connectionLost() }));
    };
    const faults = (): Fault<Settled[]>[] => {
      if (!this.answersMayBeLost) return [];
      const lost = { letter: "l", name: "carried out, but the answer is lost", perform: () => lose(true) };
      const texts = flight.map(({ text }) => text);
      if (!hasLastingEffect(texts, session.isInTransaction)) return [lost];
      return [lost, { letter: "n", name: "the connection breaks before it arrives", perform: () => lose(false) }];
    };
    const step: Step<Settled[]> = {
      get name() {
        return summaryOfFlight(flight.map(({ text }) => text));
      },
      get faults() {
        return faults();
      },
      changed: (results) => isChange(results, session.isInTransaction),
      tell: (result) => ("value" in result ? resultInWords(result.value) : String(result.error)),
    };
    const perform = async (): Promise<Settled[]> => {
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
      const cycle = deadlockCycle(results, (pid) => this.#waits.nameOf(pid));
      if (cycle) process.deadlock(cycle);
      return results;
    };
    const answered = process.step(step, perform);
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
