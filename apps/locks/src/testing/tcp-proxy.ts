import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import type { Protocol } from "./protocols.ts";
import { ProxiedConnection } from "./proxied-connection.ts";
import { type Direction, type Fate, Faults } from "./proxy-faults.ts";

export interface TcpProxyOptions {
  /** Needed to count requests and to decide each one's fate. */
  protocol?: Protocol;
  /** Asked at each request; undefined: it passes. */
  onRequest?(request: Buffer): Fate | undefined;
}

export type TcpProxy = Awaited<ReturnType<typeof openTcpProxy>>;

/**
 * A TCP proxy on a free loopback port, between clients and one server, that injects network faults. Each fault lasts until
 * `heal`, unless it says otherwise.
 *
 * @param target `host:port`
 */
export async function openTcpProxy(target: string, { protocol, onRequest }: TcpProxyOptions = {}) {
  const [host = "", port = ""] = target.split(":");
  const connections = new Set<ProxiedConnection>();
  const faults = new Faults();
  const losses: { matches: (request: Buffer) => boolean; left: number; lost: () => void }[] = [];
  let requests = 0;

  const decide = (request: Buffer): Fate | undefined => {
    requests += 1;
    for (const loss of losses) {
      if (!loss.matches(request)) continue;
      loss.left -= 1;
      if (loss.left > 0) continue;
      losses.splice(losses.indexOf(loss), 1);
      return {
        beforeAnswer() {
          loss.lost();
          return "lose-answer";
        },
      };
    }
    return onRequest?.(request);
  };

  // A client may close its half first and still wait for answers.
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    if (faults.isCut) {
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host, port: Number(port), allowHalfOpen: true });
    const connection = new ProxiedConnection(client, server, faults, { protocol, decide });
    connections.add(connection);
    connection.onClose = () => connections.delete(connection);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");

  return {
    /** `host:port` */
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    /** How many requests have come in. Needs a protocol. */
    get requests() {
      return requests;
    },
    /** How many answers have reached a client. Needs a protocol. */
    get answers() {
      return faults.answers;
    },
    /** How many connections are open. */
    get connections() {
      return connections.size;
    },
    /** How many messages a hang or a delay holds back now; without a protocol: pieces of data. */
    held: (direction: Direction) => [...connections].reduce((sum, each) => sum + each.held(direction), 0),
    /** How many messages a cut of one way has lost so far. */
    lost: (direction: Direction) => faults.losses[direction],
    /** Each message arrives this much later. */
    delay(ms: number, direction: Direction | "both" = "both") {
      faults.delay(ms, direction);
    },
    /** Holds data back, as a paused server or a full network does. What is held arrives at `heal`. */
    hang(direction: Direction | "both" = "both") {
      faults.hang(direction);
    },
    /** `both`: ends the connections and refuses new ones. One way: what is sent that way disappears without an error. */
    cut(direction: Direction | "both" = "both") {
      faults.cut(direction);
      if (direction === "both") for (const each of connections) each.destroy();
    },
    /** Ends the connections with an RST, once; new ones are accepted. */
    reset() {
      for (const each of connections) each.reset();
    },
    /** Carries out the `nth` of the matching requests from now on and loses its answer. Resolves then. Needs a protocol. */
    loseAnswer({ nth = 1, matches = () => true }: { nth?: number; matches?: (request: Buffer) => boolean } = {}) {
      return new Promise<void>((lost) => losses.push({ matches, left: nth, lost }));
    },
    /** Ends all faults. A connection that lost data is ended, because its stream has a gap. */
    heal() {
      faults.heal();
      losses.length = 0;
      for (const each of connections) each.flush();
    },
    close() {
      for (const each of connections) each.destroy();
      listener.close();
    },
  };
}
