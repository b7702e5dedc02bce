import { type Client, CreateMode, createClient, type Exception, type Stat, State } from "node-zookeeper-client";
import type { Clock } from "../clock.ts";

export type { Stat };

/** An error of a server or of the library; `code` is ZooKeeper's own name for it. */
export class ZooKeeperError extends Error {
  override readonly name = "ZooKeeperError";

  constructor(
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`ZooKeeper: ${code}`, options);
  }
}

export const isError = (error: unknown, ...codes: string[]): boolean =>
  error instanceof ZooKeeperError && codes.includes(error.code);

/** The part of the library that its types leave out. */
interface ConnectionManager {
  state: number;
  socket?: { destroy(): void };
  pendingBuffer: Buffer | null;
  pingTimeout: number;
  connectTimeout: number;
  onSocketConnected(): void;
  onSocketData(data: Buffer): void;
  updateTimeout(sessionTimeoutMs: number): void;
}

const CONNECTING = 1;
/** After every server was tried in vain, the next round begins within this time. */
const NEXT_ROUND_WITHIN_MS = 300;

export type ClientState = "connected" | "disconnected" | "expired";

/** One client, and so one session, of `node-zookeeper-client`, with promises that always settle. */
export interface SessionClient {
  connect(): void;
  /** Ends the session where a server can be reached, and the connection in any case. */
  close(): void;
  onState(listener: (state: ClientState) => void): void;
  id(): bigint;
  password(): Buffer;
  /** As negotiated with the server. */
  timeoutMs(): number;
  create(path: string, mode?: "persistent" | "ephemeral-sequential"): Promise<string>;
  remove(path: string): Promise<void>;
  children(path: string): Promise<string[]>;
  stat(path: string): Promise<Stat | null>;
  /** Calls back once when the znode changes or goes. Resolves with false, watching nothing, when there is none. */
  watch(path: string, onChange: () => void): Promise<boolean>;
  /** Overwrites the znode's data with nothing: a write, which only a majority can answer. */
  touch(path: string): Promise<void>;
}

/**
 * The library has no read timeout: it would wait for a hung server forever. Here each answer has a bound, a third of the
 * session's timeout; after that the connection is dropped, and the library goes on to the next server.
 *
 * @param servers `host:port,host:port`
 */
export function sessionClient(servers: string, sessionTimeoutMs: number, clock: Clock): SessionClient {
  const client = createClient(servers, { sessionTimeout: sessionTimeoutMs, spinDelay: NEXT_ROUND_WITHIN_MS });
  const manager = (client as unknown as { connectionManager: ConnectionManager }).connectionManager;
  patch(manager, clock);
  let closed = false;

  function ask<T>(send: (done: (error: Error | Exception | null, answer: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        reject(new ZooKeeperError("CONNECTION_LOSS"));
        manager.socket?.destroy();
      };
      const cancel = clock.after(client.getSessionTimeout() / 3, giveUp);
      try {
        send((error, answer) => {
          cancel();
          if (error) reject(new ZooKeeperError(error.name, { cause: error }));
          else resolve(answer);
        });
      } catch (error) {
        // The library refuses an invalid path itself, without asking a server: the connection is not at fault.
        cancel();
        reject(error);
      }
    });
  }

  return {
    connect: () => client.connect(),
    close() {
      if (closed) return;
      closed = true;
      client.close();
      // A server that hangs must not keep the socket open; the session then expires by itself.
      clock.after(500, () => manager.socket?.destroy(), { unref: true });
    },
    onState: (listener) => listenTo(client, listener),
    id: () => client.getSessionId().readBigUInt64BE(),
    password: () => client.getSessionPassword(),
    timeoutMs: () => client.getSessionTimeout(),
    create: (path, mode = "persistent") =>
      ask((done) =>
        client.create(path, mode === "persistent" ? CreateMode.PERSISTENT : CreateMode.EPHEMERAL_SEQUENTIAL, done),
      ),
    remove: (path) => ask<void>((done) => client.remove(path, (error) => done(error))),
    children: (path) => ask((done) => client.getChildren(path, done)),
    stat: (path) => ask((done) => client.exists(path, done)),
    async watch(path, onChange) {
      try {
        // Not `exists`: on a znode that is gone, it would leave a watch behind that never fires.
        await ask((done) => client.getData(path, onChange, done));
        return true;
      } catch (error) {
        if (isError(error, "NO_NODE")) return false;
        throw error;
      }
    },
    async touch(path) {
      await ask((done) => client.setData(path, Buffer.alloc(0), done));
    },
  };
}

function listenTo(client: Client, listener: (state: ClientState) => void): void {
  client.on("state", (state: State) => {
    if (state === State.SYNC_CONNECTED) listener("connected");
    else if (state === State.DISCONNECTED) listener("disconnected");
    else if (state === State.EXPIRED || state === State.AUTH_FAILED) listener("expired");
  });
}

function patch(manager: ConnectionManager, clock: Clock): void {
  const { onSocketConnected, onSocketData, updateTimeout } = manager;
  manager.onSocketConnected = function () {
    // Half an answer of the last connection is not the beginning of the next one's.
    this.pendingBuffer = null;
    onSocketConnected.call(this);
    // The system of a hung server still accepts connections; the library would wait for its greeting forever.
    const { socket } = this;
    const giveUp = () => {
      if (this.state === CONNECTING && this.socket === socket) socket?.destroy();
    };
    clock.after(this.connectTimeout, giveUp, { unref: true });
  };
  // The library throws on an error code that it does not know (SESSION_MOVED is one); inside a socket's event handler that
  // would end the process. A new connection asks again.
  manager.onSocketData = function (data) {
    try {
      onSocketData.call(this, data);
    } catch {
      this.socket?.destroy();
    }
  };
  // Its pings would keep a session alive without the holder knowing for how long; the session's own heartbeats tell.
  manager.updateTimeout = function (sessionTimeoutMs) {
    updateTimeout.call(this, sessionTimeoutMs);
    this.pingTimeout = 0;
  };
}
