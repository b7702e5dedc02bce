import { type Clock, systemClock, within } from "../clock.ts";
import { type ClientState, type SessionClient, sessionClient, ZooKeeperError } from "./client.ts";

/** Heartbeats in one session timeout. */
const HEARTBEATS = 6;
/**
 * The part of the session's timeout for which a heartbeat is valid. The rest covers what the holder cannot see: the server
 * that answered forwards the heartbeat to the leader a little later, and if it dies before, the leader counts from the
 * heartbeat before that one.
 */
const VALID_PART = 2 / 3;

export interface SessionOptions {
  /** `host:port,host:port` */
  servers: string;
  /** What the sessions' heartbeats write to; it is made when absent. */
  root: string;
  /** Milliseconds; the servers may grant another one (at least 2, at most 20 of their ticks). */
  timeoutMs: number;
  /** The time that the session's holder goes by; default the system's. */
  clock?: Clock;
  /** The time that the connection's bounds go by; default the system's. */
  connectionClock?: Clock;
}

/**
 * One session, from its beginning to its end. Its ephemeral znodes exist as long as it does.
 *
 * Disconnected is not expired: the servers keep the session, and the library looks for another server. Until it finds one,
 * the validity runs down. Only a server can say that a session has expired.
 *
 * Heartbeats are writes. A read is answered by one server alone, which may not know yet that it has lost its majority,
 * and with it the leader that decides when the session expires; a write is answered only with both.
 * Source: https://zookeeper.apache.org/doc/current/zookeeperProgrammers.html#ch_zkSessions
 */
export class ZooKeeperSession {
  readonly client: SessionClient;
  readonly #root: string;
  /** The time that the session's holder goes by. */
  readonly clock: Clock;
  readonly #ended = new AbortController();
  readonly #listeners = new Set<(state: ClientState) => void>();
  #connected = false;
  #isKnownToHaveEnded = false;
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #stopHeartbeat = () => {};

  constructor({ servers, root, timeoutMs, clock = systemClock, connectionClock = systemClock }: SessionOptions) {
    this.#root = root;
    this.clock = clock;
    this.client = sessionClient(servers, timeoutMs, connectionClock);
    this.client.onState((state) => this.#enter(state));
    this.client.connect();
  }

  get id(): bigint {
    return this.client.id();
  }

  get isConnected(): boolean {
    return this.#connected;
  }

  /** Aborted when a server says that the session has expired, and when it is closed. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Milliseconds for which the session certainly still exists, by the holder's clock; 0 when the holder knows that it has ended. */
  remainingMs(): number {
    if (this.#isKnownToHaveEnded) return 0;
    return Math.max(0, this.#confirmedAt + this.client.timeoutMs() * VALID_PART - this.clock.now());
  }

  /** A heartbeat that a majority has seen. @throws ZooKeeperError when it got no answer. */
  async confirm(): Promise<void> {
    // Counted from sending: the servers did not see it before.
    const sentAt = this.clock.now();
    await this.client.touch(this.#root).catch(async (error: unknown) => {
      if (!(error instanceof ZooKeeperError) || error.code !== "NO_NODE") throw error;
      await this.makePath(this.#root);
    });
    this.#confirmedAt = Math.max(this.#confirmedAt, sentAt);
  }

  /** Makes a persistent znode and those above it. It is a write even when they are there. */
  async makePath(path: string): Promise<void> {
    try {
      await this.client.create(path);
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      if (error.code === "NODE_EXISTS") return;
      const above = path.slice(0, path.lastIndexOf("/"));
      if (error.code !== "NO_NODE" || above === "") throw error;
      await this.makePath(above);
      await this.makePath(path);
    }
  }

  /** Waits for a connection. Resolves with false when there is none in time, or never again. */
  async connectedWithin(ms: number): Promise<boolean> {
    if (this.#connected || this.#ended.signal.aborted || ms <= 0) return this.#connected;
    let stop = () => {};
    const connected = new Promise<boolean>((resolve) => {
      stop = this.onState((state) => {
        if (state !== "disconnected") resolve(state === "connected");
      });
    });
    return within(this.clock, ms, connected, () => false).finally(() => stop());
  }

  /** @returns how to stop listening. */
  onState(listener: (state: ClientState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends it at the servers, if one answers: its ephemeral znodes are removed at once. */
  close(): void {
    this.#enter("expired");
    this.client.close();
  }

  #enter(state: ClientState): void {
    if (this.#ended.signal.aborted) return;
    this.#connected = state === "connected";
    this.#stopHeartbeat();
    if (state === "connected") this.#beat();
    if (state === "expired") {
      const learn = () => {
        this.#isKnownToHaveEnded = true;
      };
      // By the holder's clock: a suspended process learns it when it is resumed.
      this.clock.after(0, learn, { unref: true });
      this.#ended.abort(new ZooKeeperError("SESSION_EXPIRED"));
    }
    for (const listener of [...this.#listeners]) listener(state);
  }

  #beat(): void {
    // A heartbeat without an answer has already ended the connection; the next one follows the next connection.
    this.confirm().catch(() => {});
    this.#stopHeartbeat = this.clock.after(this.client.timeoutMs() / HEARTBEATS, () => this.#beat());
  }
}
