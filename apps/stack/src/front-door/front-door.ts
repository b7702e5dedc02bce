import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import httpProxy from "http-proxy-3";
import { StackError } from "../stack-error.ts";
import { sendProblem } from "./problem.ts";
import { readBody } from "./request-body.ts";
import type { RoundRobin, Target } from "./round-robin.ts";
import { staticFiles } from "./static-files.ts";

export interface FrontDoor {
  /** Takes no new connection. */
  close(): void;
  /** Cuts what is still open. */
  closeConnections(): void;
}

/** The paths that belong to the API; everything else is the storefront. */
const API_PATH = /^\/(api|metrics|healthz|readyz)(\/|\?|$)/;
const REPLICA_PATH = /^\/replica\/([^/?]+)(\/[^?]*)?(\?.*)?$/;

/**
 * The one address of the shop: the storefront's files, and the API's replicas in turn. It listens on loopback only.
 *
 * @throws StackError when the port is taken.
 */
export async function openFrontDoor(
  port: number,
  replicas: Pick<RoundRobin<Target>, "targets" | "order">,
  dist?: string,
): Promise<FrontDoor> {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });
  const proxy = httpProxy.createProxyServer({ agent, proxyTimeout: 0 });
  const files = staticFiles(dist);
  proxy.on("proxyRes", (answer, _req, res) => {
    // A replica that dies in the middle of its answer: the client must not take half of it for the whole.
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
      // Read to its end, within reason, or the client sees a reset in place of the answer.
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

  /** `refused`: nothing was carried out, so another replica may be asked. `lost`: it may have been. */
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
        done((error as NodeJS.ErrnoException).code === "ECONNREFUSED" || isRepeatable ? "refused" : "lost");
      });
    });
  }

  function handle(req: IncomingMessage, res: ServerResponse): void {
    const url = req.url ?? "/";
    const [, which, path = "/", query = ""] = REPLICA_PATH.exec(url) ?? [];
    if (which !== undefined) {
      const target = replicas.targets[Number(which) - 1];
      if (!target) {
        sendProblem(res, 404, "NOT_FOUND", `There is no replica ${which}; there are 1 to ${replicas.targets.length}.`);
        return;
      }
      req.url = path + query;
      void start(passOn(req, res, [target]), res);
    } else if (API_PATH.test(url)) {
      void start(passOn(req, res, replicas.order()), res);
    } else {
      files(req, res);
    }
  }

  const servers = await listen(port, handle);
  return {
    close: () => {
      for (const server of servers) server.close();
    },
    closeConnections: () => {
      for (const server of servers) server.closeAllConnections();
      agent.destroy();
    },
  };
}

/** A request that cannot be passed on at all (an address that no URL parser takes) is the client's mistake, not our end. */
const start = (work: Promise<void>, res: ServerResponse) =>
  work.catch(() => sendProblem(res, 400, "INVALID_REQUEST", "This request cannot be passed on."));

/** On both loopback addresses, because `localhost` means one here and the other there; IPv6 only where there is one. */
async function listen(port: number, handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<Server[]> {
  const open = (host: string) =>
    new Promise<Server>((done, fail) => {
      // Longer than clients keep an idle connection, so it is they who close it and no request meets a closed one.
      const server = createServer({ keepAliveTimeout: 75_000 }, handle);
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

export function portTaken(port: number, error: { code?: string }): StackError {
  if (error.code === "EACCES") {
    return new StackError(`Port ${port} may not be used by this user. Choose one above 1023: PORT=3000 npm start.`);
  }
  return new StackError(
    `Port ${port} is taken by another program (${error.code}). Choose another one: PORT=${port < 65_535 ? port + 1 : 3000} npm start.`,
  );
}
