import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import httpProxy from "http-proxy-3";
import { portTaken } from "../free-port.ts";
import { isForeignChange } from "./foreign-origin.ts";
import { sendProblem } from "./problem.ts";
import { readBody } from "./request-body.ts";
import type { RoundRobin, Target } from "./round-robin.ts";
import { staticFiles } from "./static-files.ts";

export interface FrontDoor {
  /** Accepts no new connections, and resolves when all requests in progress have ended. */
  close(): Promise<void>;
  /** Closes the remaining connections. */
  closeConnections(): void;
}

/**
 * The idle timeout of a connection to a replica, in milliseconds. Shorter than the replica's own: if the replica closed the
 * connection first, a request could already be on its way, and it would be unknown whether it was executed.
 */
const IDLE_MS = 15_000;

/** The paths of the API that are public. A replica's metrics are at its own address. All others belong to the storefront. */
const API_PATH = /^\/(api|healthz|readyz)(\/|\?|$)/;
/** The control port of `apps/stack`. It requires its token from everybody. */
const STACK_PATH = /^\/stack(?=[/?]|$)/;
const METRICS_PATH = /^\/metrics(\/|\?|$)/;
/** The names of loopback: `Host` has no other, unless a foreign name was pointed at it (DNS rebinding). */
const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
/** For the whole request, headers and body. */
const REQUEST_BOUND_MS = 30_000;
const REPLICA_PATH = /^\/replica\/([^/?]+)(\/[^?]*)?(\?.*)?$/;

export interface FrontDoorOptions {
  idleMs?: number;
  publicHosts?: readonly string[];
  /** Where `/stack/…` is forwarded to. Without it there is no such path. */
  controlUrl?: string;
}

/**
 * Opens the reverse proxy: serves the storefront's files and forwards API requests to the replicas, round robin. It listens
 * on loopback only.
 *
 * @throws StackError when the port is taken.
 */
export async function openFrontDoor(
  port: number,
  replicas: Pick<RoundRobin<Target>, "targets" | "order">,
  dist?: string,
  { idleMs = IDLE_MS, publicHosts = [], controlUrl }: FrontDoorOptions = {},
): Promise<FrontDoor> {
  const hosts = new Set([...LOOPBACK_HOSTS, ...publicHosts]);
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256, timeout: idleMs });
  const proxy = httpProxy.createProxyServer({ agent, proxyTimeout: 0 });
  const files = staticFiles(dist);
  proxy.on("proxyRes", (answer, _req, res) => {
    // If a replica dies during its response, the connection is closed, so that the client does not take the response
    // for complete.
    answer.once("error", () => (res as ServerResponse).destroy());
    answer.once("aborted", () => (res as ServerResponse).destroy());
  });

  async function passOn(req: IncomingMessage, res: ServerResponse, candidates: Target[]): Promise<void> {
    const body = await readBody(req);
    if (body === "gone") return;
    if (body === "too-large") {
      sendProblem(res, 413, "BODY_TOO_LARGE", "The request's body is larger than any call needs.", {
        connection: "close",
      });
      // The rest of the body is read, because otherwise the client may see a reset instead of the response.
      req.resume();
      setTimeout(() => req.destroy(), 2000).unref();
      return;
    }
    req.headers["x-forwarded-for"] = req.socket.remoteAddress ?? "";
    req.headers["x-forwarded-host"] = req.headers.host ?? "";
    req.headers["x-forwarded-proto"] = "http";
    for (const target of candidates) {
      const outcome = await sendTo(target, req, res, body);
      if (outcome === "done") return;
      if (outcome === "lost") {
        const detail = `${target.name} was lost while it worked on this request; whether it was carried out is not known.`;
        sendProblem(res, 502, "REPLICA_LOST", detail);
        return;
      }
    }
    const detail = candidates.length === 1 ? `${candidates[0]?.name} is not running.` : "No replica is running.";
    sendProblem(res, 503, "NO_REPLICA", detail, { "retry-after": "1" });
  }

  /** `refused`: the request was not executed, so another replica may be tried. `lost`: it may have been executed. */
  function sendTo(target: Target, req: IncomingMessage, res: ServerResponse, body: Buffer) {
    return new Promise<"done" | "refused" | "lost">((done) => {
      res.once("close", () => done("done"));
      const buffer = Readable.from(body.length > 0 ? [body] : []);
      proxy.web(req, res, { target: target.url, buffer }, (error) => {
        if (res.headersSent || res.destroyed) {
          res.destroy();
          done("done");
          return;
        }
        const isRepeatable = req.method === "GET" || req.method === "HEAD";
        // What failed to connect was never sent.
        const isUnsent = (error as NodeJS.ErrnoException).syscall === "connect";
        done(isUnsent || isRepeatable ? "refused" : "lost");
      });
    });
  }

  const answering = new Set<ServerResponse>();
  let isClosing = false;

  function handle(req: IncomingMessage, res: ServerResponse): void {
    answering.add(res);
    res.once("close", () => answering.delete(res));
    if (isClosing) res.setHeader("connection", "close");
    try {
      route(req, res);
    } catch {
      sendProblem(res, 400, "INVALID_REQUEST", "This request cannot be answered.");
    }
  }

  function route(req: IncomingMessage, res: ServerResponse): void {
    const url = req.url ?? "/";
    const host = (req.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    if (!hosts.has(host)) {
      sendProblem(res, 421, "FOREIGN_HOST", "This address is not known by that name. PUBLIC_HOSTS lists further ones.");
      return;
    }
    const [, which, path = "/", query = ""] = REPLICA_PATH.exec(url) ?? [];
    if (which !== undefined) {
      const target = replicas.targets[Number(which) - 1];
      if (!target) {
        sendProblem(res, 404, "NOT_FOUND", `There is no replica ${which}; there are 1 to ${replicas.targets.length}.`);
        return;
      }
      if (METRICS_PATH.test(path)) {
        noMetrics(res);
        return;
      }
      req.url = path + query;
      void start(passOn(req, res, [target]), res);
    } else if (METRICS_PATH.test(url)) {
      noMetrics(res);
    } else if (STACK_PATH.test(url)) {
      toControl(req, res, url.replace(STACK_PATH, ""));
    } else if (API_PATH.test(url)) {
      void start(passOn(req, res, replicas.order()), res);
    } else {
      files(req, res);
    }
  }

  function toControl(req: IncomingMessage, res: ServerResponse, path: string): void {
    if (!controlUrl) {
      sendProblem(res, 404, "NOT_FOUND", "There is no control port here.");
    } else if (isForeignChange(req)) {
      sendProblem(res, 403, "FOREIGN_ORIGIN", "A page of another site may not change anything here.");
    } else {
      req.url = path.startsWith("/") ? path : `/${path}`;
      void start(passOn(req, res, [{ name: "The control port", url: controlUrl }]), res);
    }
  }

  const servers = await listen(port, handle);
  return {
    async close() {
      isClosing = true;
      for (const server of servers) server.close();
      await Promise.all([...answering].map((res) => once(res, "close")));
    },
    closeConnections: () => {
      for (const server of servers) server.closeAllConnections();
      agent.destroy();
    },
  };
}

const noMetrics = (res: ServerResponse) =>
  sendProblem(res, 404, "NOT_FOUND", "Each replica serves its metrics at its own address, which stack.json lists.");

/**
 * A request that cannot be forwarded, for example because of an invalid URL, gets an error and must not end the
 * process.
 */
const start = (work: Promise<void>, res: ServerResponse) =>
  work.catch(() => sendProblem(res, 400, "INVALID_REQUEST", "This request cannot be passed on."));

/** Listens on both loopback addresses, because `localhost` may mean either; on IPv6 only if the system has it. */
async function listen(port: number, handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<Server[]> {
  const open = (host: string) =>
    new Promise<Server>((done, fail) => {
      // Longer than the idle timeout of clients, so that the client closes the connection and no request is lost.
      const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: REQUEST_BOUND_MS }, handle);
      server.once("error", fail);
      server.listen({ host, port }, () => {
        server.removeListener("error", fail);
        server.on("error", () => undefined);
        done(server);
      });
    });
  const servers: Server[] = [];
  try {
    servers.push(await open("127.0.0.1"));
    servers.push(await open("::1"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (servers.length === 1 && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT")) return servers;
    for (const server of servers) server.close();
    throw portTaken(port, error as NodeJS.ErrnoException);
  }
  return servers;
}
