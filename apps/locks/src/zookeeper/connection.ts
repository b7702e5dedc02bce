import { type Clock, systemClock } from "../clock.ts";
import { ZooKeeperSession } from "./session.ts";

/** A shorter gap is a server that failed over to another. */
const AWAY_AFTER_MS = 1_000;

export interface ZooKeeperOptions {
  /** `host:port,host:port`, with an optional path below which everything is kept: `zk1:2181,zk2:2181,zk3:2181/shop`. */
  url: string;
  /** Called once when no server has been reached for a second, and once when one is again. */
  onAvailable?: (available: boolean) => void;
  /** The time that the connections' bounds go by; default the system's. */
  clock?: Clock;
}

export interface SessionSettings {
  /** Milliseconds: how long the servers keep the locks of a process that vanished. It becomes the session's timeout. */
  lockTtlMs: number;
  /** The time that the process goes by. While the clock is stopped it sends no heartbeats, like a suspended machine. */
  clock?: Clock;
}

/** An ensemble, and the connections to it: one for each process, or for each process that a test simulates. */
export interface ZooKeeperEnsemble {
  connect(settings: SessionSettings): ZooKeeperConnection;
  /** Ends all connections. */
  close(): void;
}

/** A way to an ensemble: one session at a time, opened when it is first needed, and a new one when the last has ended. */
export interface ZooKeeperConnection {
  /** All znodes of the locks are below this path. */
  readonly root: string;
  /** The time that the process goes by. */
  readonly clock: Clock;
  /** The time that the connection's bounds go by. */
  readonly connectionClock: Clock;
  /**
   * A session with a connection, or undefined when there is none within `ms` milliseconds, or within a session's timeout: an
   * ensemble that is away for so long is down, and waiting longer would not help.
   */
  session(ms: number): Promise<ZooKeeperSession | undefined>;
  /** Ends the session: its locks are released at once. */
  close(): void;
}

export function zooKeeperEnsemble(options: ZooKeeperOptions): ZooKeeperEnsemble {
  const connections = new Set<ZooKeeperConnection>();
  return {
    connect(settings) {
      const connection = connectZooKeeper(options, settings);
      connections.add(connection);
      return { ...connection, close: () => connections.delete(connection) && connection.close() };
    },
    close() {
      for (const connection of connections) connection.close();
      connections.clear();
    },
  };
}

function connectZooKeeper(
  { url, onAvailable, clock: connectionClock = systemClock }: ZooKeeperOptions,
  { lockTtlMs, clock = systemClock }: SessionSettings,
): ZooKeeperConnection {
  const { servers, path } = parseZooKeeperUrl(url);
  const root = `${path}/last-unit`;
  let current: ZooKeeperSession | undefined;
  let closed = false;
  let away = false;
  let cancelAway: (() => void) | undefined;

  function open(): ZooKeeperSession {
    const session = new ZooKeeperSession({ servers, root, timeoutMs: lockTtlMs, clock, connectionClock });
    session.onState((state) => {
      if (closed) return;
      if (state === "connected") isBack();
      else watchForAway();
      if (state === "expired") current = open();
    });
    watchForAway();
    return session;
  }

  function watchForAway(): void {
    const report = () => {
      away = true;
      onAvailable?.(false);
    };
    cancelAway ??= connectionClock.after(AWAY_AFTER_MS, report, { unref: true });
  }

  function isBack(): void {
    cancelAway?.();
    cancelAway = undefined;
    if (away) onAvailable?.(true);
    away = false;
  }

  return {
    root,
    clock,
    connectionClock,
    async session(ms) {
      const deadline = connectionClock.now() + Math.min(ms, lockTtlMs);
      do {
        if (closed) return undefined;
        current ??= open();
        const session = current;
        if (await session.connectedWithin(deadline - connectionClock.now())) return session;
      } while (connectionClock.now() < deadline);
      return undefined;
    },
    close() {
      closed = true;
      cancelAway?.();
      current?.close();
    },
  };
}

/**
 * Takes `host:port,host:port/path` apart. A port may be left out (2181), the path too.
 * @throws Error that says how to write it.
 */
export function parseZooKeeperUrl(url: string): { servers: string; path: string } {
  const [, hosts = "", path = ""] = /^([^/]*)(\/.*)?$/.exec(url.trim()) ?? [];
  const servers = hosts.split(",").map((server) => server.trim());
  const isServer = (server: string) => {
    const [, port] = /^[\w.-]+(?::(\d{1,5}))?$/.exec(server) ?? [undefined, "0"];
    return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
  };
  if (!servers.every(isServer) || !/^(\/[\w.-]+)*\/?$/.test(path)) {
    throw new Error("must list servers, and may end with a path: host1:2181,host2:2181,host3:2181/shop");
  }
  return { servers: servers.join(","), path: path.replace(/\/$/, "") };
}
