import { type Clock, systemClock } from "../../clock.ts";
import { type ClientState, type SessionClient, sessionClient, ZooKeeperError } from "./client.ts";

/** Heartbeats in a session's timeout. */
const HEARTBEATS = 6;
/**
 * The part of the session's timeout that is trusted after a sign of life. The rest covers what the holder cannot see: the
 * server that answered passes the sign on to the leader a little later, and if it dies before, the leader counts from the
 * heartbeat before that one.
 */
const TRUSTED_PART = 2 / 3;

export interface SessionOptions {
  /** `host:port,host:port` */
  servers: string;
  /** What the sessions' heartbeats write to; it is made when absent. */
  root: string;
  /** Milliseconds; the servers may grant another one (at least 2, at most 20 of their ticks). */
  timeoutMs: number;
  clock?: Clock;
}

/**
 * One session, from its beginning to its end. What it holds lives as long as it does.
 *
 * Disconnected is not expired: the session goes on at the servers, and the library looks for another of them. Until it is
 * found the trusted time runs down. Only a server can say that a session has expired.
 *
 * Heartbeats are writes. A read is answered by one server alone, which may not know yet that it has lost its majority,
 * and with it the leader who decides when the session expires; a write is answered only by both.
 * Source: https://zookeeper.apache.org/doc/current/zookeeperProgrammers.html#ch_zkSessions
 */
export class ZooKeeperSession {
  readonly client: SessionClient;
  readonly #root: string;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  readonly #listeners = new Set<(state: ClientState) => void>();
  #connected = false;
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #stopHeartbeat = () => {};

  constructor({ servers, root, timeoutMs, clock = systemClock }: SessionOptions) {
    this.#root = root;
    this.#clock = clock;
    this.client = sessionClient(servers, timeoutMs);
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

  /** Milliseconds for which the session certainly lives on, by the given clock; 0 when it has ended. */
  trustedMs(): number {
    if (this.#ended.signal.aborted) return 0;
    return Math.max(0, this.#confirmedAt + this.client.timeoutMs() * TRUSTED_PART - this.#clock.now());
  }

  /** A sign of life that a majority has seen. @throws ZooKeeperError when it got no answer. */
  async confirm(): Promise<void> {
    // From the moment of sending on: whenever the servers saw it, it was not before.
    const sentAt = this.#clock.now();
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
  connectedWithin(ms: number): Promise<boolean> {
    if (this.#connected || this.#ended.signal.aborted || ms <= 0) return Promise.resolve(this.#connected);
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(false), ms);
      const stop = this.onState((state) => {
        if (state !== "disconnected") done(state === "connected");
      });
      const done = (connected: boolean) => {
        clearTimeout(timer);
        stop();
        resolve(connected);
      };
    });
  }

  /** @returns how to stop listening. */
  onState(listener: (state: ClientState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends it at the servers, where one answers: what it holds is free at once. */
  close(): void {
    this.#enter("expired");
    this.client.close();
  }

  #enter(state: ClientState): void {
    if (this.#ended.signal.aborted) return;
    this.#connected = state === "connected";
    this.#stopHeartbeat();
    if (state === "connected") this.#beat();
    if (state === "expired") this.#ended.abort(new ZooKeeperError("SESSION_EXPIRED"));
    for (const listener of [...this.#listeners]) listener(state);
  }

  #beat(): void {
    // One that gets no answer has ended the connection already; the next one follows the next connection.
    this.confirm().catch(() => {});
    this.#stopHeartbeat = this.#clock.after(this.client.timeoutMs() / HEARTBEATS, () => this.#beat());
  }
}
