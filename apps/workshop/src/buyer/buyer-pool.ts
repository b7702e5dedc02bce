import type { Process } from "@last-unit/explorer";
import { PostgresSteps } from "@last-unit/explorer/postgres";
import pg from "pg";
import type { FromBuyer } from "../messages.ts";

/** Enough for a checkout that uses two at once, and few enough that a leak is noticed. */
export const MOST_CONNECTIONS = 4;

/** As many as are open before a checkout begins. */
const OPEN_CONNECTIONS = 2;

/**
 * A pool promises no particular connection. This one never gives the same connection twice in a row while it has another, so
 * that BEGIN and COMMIT by `pool.query` fail here as they do on a busy server.
 */
class RotatingPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callBack: Parameters<pg.Pool["connect"]>[0]): void;
  override connect(callBack?: Parameters<pg.Pool["connect"]>[0]): Promise<pg.PoolClient> | undefined {
    (this as unknown as { _idle: unknown[] })._idle.reverse();
    return callBack ? (super.connect(callBack) as undefined) : super.connect();
  }
}

/**
 * The pool of one buyer. Every flight of its connections is a step of `process`, once an execution has begun; see
 * apps/explorer/src/postgres.
 */
export class BuyerPool {
  readonly pool: pg.Pool;
  readonly #open = new Set<pg.PoolClient>();
  readonly #steps: PostgresSteps;
  #process: Process | undefined;

  constructor(connectionString: string, tell: (message: FromBuyer) => void, changed: () => void) {
    // The grader asks who is blocked by whom, so no observer is needed here.
    this.#steps = new PostgresSteps(undefined as unknown as pg.ClientBase);
    this.pool = new RotatingPool({
      connectionString,
      max: MOST_CONNECTIONS,
      idleTimeoutMillis: 0,
      application_name: "workshop-buyer",
      onConnect: (client) => this.#control(client as pg.PoolClient, tell),
    });
    this.pool.on("error", () => {});
    this.pool.on("connect", (client) => {
      this.#open.add(client);
      changed();
    });
    this.pool.on("remove", (client) => {
      this.#open.delete(client as pg.PoolClient);
      changed();
    });
  }

  /** Whether a connection is being opened or closed. Neither is a step. */
  get isChanging(): boolean {
    return this.#open.size !== this.pool.totalCount;
  }

  get unreleased(): number {
    return this.pool.totalCount - this.pool.idleCount;
  }

  /** Makes the session state of all connections what it was, and their flights steps of this process from now on. */
  async begin(process: Process): Promise<void> {
    this.#process = undefined;
    await this.#steps.detach();
    while (this.#open.size < OPEN_CONNECTIONS) await this.#openAnother();
    for (const client of this.#open) {
      await client.query("RESET ALL; SELECT pg_advisory_unlock_all(); DISCARD TEMP");
      this.#steps.attach(client, process);
    }
    this.#process = process;
  }

  async #openAnother(): Promise<void> {
    const taken = await Promise.all(Array.from({ length: this.#open.size + 1 }, () => this.pool.connect()));
    for (const client of taken) client.release();
  }

  async #control(client: pg.PoolClient, tell: (message: FromBuyer) => void): Promise<void> {
    const pid = (client as pg.PoolClient & { processID: number }).processID;
    client.on("notice", ({ message = "" }) => {
      const [, waiting] = /^process \d+ (still waiting|acquired) /.exec(message) ?? [];
      if (waiting) tell({ type: "waiting", pid, isWaiting: waiting === "still waiting" });
    });
    tell({ type: "backend", pid });
    await this.#steps.control(client);
    if (this.#process) this.#steps.attach(client, this.#process);
  }
}
