import type { Clock } from "../../clock.ts";
import { ZooKeeperSession } from "./session.ts";

/** A shorter gap is a server that failed over to another. */
const AWAY_AFTER_MS = 1_000;

export interface ZooKeeperOptions {
  /** `host:port,host:port`, with an optional path below which everything is kept: `zk1:2181,zk2:2181,zk3:2181/shop`. */
  url: string;
  /** Told once when no server has been reached for a second, and once when one is again. */
  onAvailable?: (available: boolean) => void;
}

export interface SessionSettings {
  /** Milliseconds: how long the servers keep the locks of a process that vanished. It becomes the session's timeout. */
  lockTtlMs: number;
  /** The time that the process goes by. With a clock that stands still it sends no heartbeats, like a suspended machine. */
  clock?: Clock;
}

/** An ensemble, and the connections to it: one for each process, or for each that a replay plays. */
export interface ZooKeeperEnsemble {
  connect(settings: SessionSettings): ZooKeeperConnection;
  /** Ends all connections. */
  close(): void;
}

/** A way to an ensemble: one session at a time, opened when it is first needed, and a new one when the last has ended. */
export interface ZooKeeperConnection {
  /** Everything of this application is below this path. */
  readonly root: string;
  /** A session with a connection, or undefined when there is none within `ms` milliseconds. */
  session(ms: number): Promise<ZooKeeperSession | undefined>;
  /** Ends the session: what it holds is free at once. */
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
  { url, onAvailable }: ZooKeeperOptions,
  { lockTtlMs, clock }: SessionSettings,
): ZooKeeperConnection {
  const { servers, path } = parseZooKeeperUrl(url);
  const root = `${path}/last-unit`;
  let current: ZooKeeperSession | undefined;
  let closed = false;
  let away = false;
  let awayTimer: NodeJS.Timeout | undefined;

  function open(): ZooKeeperSession {
    const session = new ZooKeeperSession({ servers, root, timeoutMs: lockTtlMs, clock });
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
    awayTimer ??= setTimeout(() => {
      away = true;
      onAvailable?.(false);
    }, AWAY_AFTER_MS).unref();
  }

  function isBack(): void {
    clearTimeout(awayTimer);
    awayTimer = undefined;
    if (away) onAvailable?.(true);
    away = false;
  }

  return {
    root,
    async session(ms) {
      const deadline = performance.now() + ms;
      do {
        if (closed) return undefined;
        current ??= open();
        const session = current;
        if (await session.connectedWithin(deadline - performance.now())) return session;
      } while (performance.now() < deadline);
      return undefined;
    },
    close() {
      closed = true;
      clearTimeout(awayTimer);
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
