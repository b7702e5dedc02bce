import { type Clock, systemClock } from "@last-unit/locks";
import { UtcClient } from "@last-unit/prisma/adapter";
import pg from "pg";
import { DatabaseUnreachable, READ_ONLY } from "./errors.ts";

/** A client that remembers whether the server made its session read-only. */
class Session extends UtcClient {
  isReadOnly = false;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // PostgreSQL 14 and newer report both parameters when a session begins, so this works without a failed write.
    this.connection.on("parameterStatus", ({ parameterName, parameterValue }: Record<string, string>) => {
      const limits = parameterName === "default_transaction_read_only" || parameterName === "in_hot_standby";
      this.isReadOnly ||= limits && parameterValue === "on";
    });
    this.connection.on("errorMessage", ({ code }: { code?: string }) => {
      this.isReadOnly ||= code === READ_ONLY;
    });
    // Every statement in progress fails with the connection. Without a listener the process would end.
    this.on("error", () => {});
  }
}

/**
 * A pool that distinguishes a failed connection from a failed statement: if no session can be opened, it throws
 * `DatabaseUnreachable`.
 *
 * The pool closes a read-only session instead of reusing it. After a failover such a session would stay connected to the
 * old primary, or keep its initial setting, while a new session could write.
 */
export class DatabasePool extends pg.Pool {
  constructor(
    config: pg.PoolConfig,
    /** For the delay before a transaction is retried. */
    readonly clock: Clock = systemClock,
  ) {
    super({ ...config, Client: Session, pipeline: true } as pg.PoolConfig);
    this.on("error", () => {});
    this.on("release", (_error, client) => {
      if ((client as unknown as Session).isReadOnly) void client.end();
    });
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    if (callback) {
      super.connect((error, client, done) => callback(error && new DatabaseUnreachable(error), client, done));
      return undefined;
    }
    return super.connect().catch((error: unknown) => {
      throw new DatabaseUnreachable(error);
    });
  }
}

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void;
