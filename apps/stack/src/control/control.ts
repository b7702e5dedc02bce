import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { freePort } from "../free-port.ts";
import { sendProblem } from "../front-door/problem.ts";
import { StackError } from "../stack-error.ts";
import type { Service } from "../supervise/service.ts";
import type { Surroundings } from "../supervise/service-spec.ts";
import { ExploreRoutes } from "./explore-routes.ts";
import { toWorkshop } from "./workshop-route.ts";

export const ACTIONS = ["kill", "stop", "start", "restart", "pause", "resume"] as const;
export type Action = (typeof ACTIONS)[number];

export interface ServiceStatus {
  name: string;
  state: string;
  pid: number | null;
}

export interface Control {
  url: string;
  token: string;
  /** Ends an exploration that runs, and closes the port. */
  close(): Promise<void>;
}

export interface ControlParts {
  /** Folder of the whole system. */
  home: string;
  root: string;
  services(): Service[];
  around: Pick<Surroundings, "report" | "record">;
}

/**
 * Opens the control port, by which people, tests and the lab's pages reach what starts or harms processes. It listens on
 * loopback and requires the token of `stack.json`.
 *
 * - `GET /services` lists the services, `POST /services/NAME/ACTION` performs an action.
 * - `/explore` runs an exploration.
 * - `/workshop/…` reaches the workshop, if it runs.
 */
export async function openControl({ home, root, services, around }: ControlParts): Promise<Control> {
  const token = randomBytes(24).toString("hex");
  const expected = Buffer.from(`Bearer ${token}`);
  const exploreRoutes = new ExploreRoutes(home, root, around);
  const server = createServer((req, res) => {
    const given = Buffer.from(req.headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      sendProblem(res, 401, "UNAUTHORIZED", "The token of stack.json is needed.");
      return;
    }
    const path = (req.url ?? "").replace(/\?.*$/, "");
    if (path === "/explore") void exploreRoutes.handle(req, res);
    else if (/^\/workshop(\/|$)/.test(path)) void toWorkshop(home, req, res);
    else toServices(services(), path, req, res);
  });
  const port = await freePort();
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", done);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    async close() {
      server.close();
      server.closeAllConnections();
      await exploreRoutes.close();
    },
  };
}

function toServices(services: readonly Service[], path: string, req: IncomingMessage, res: ServerResponse): void {
  const [, root, name, action] = path.split("/");
  if (root === "services" && req.method === "GET" && !name) {
    const list: ServiceStatus[] = services.map((service) => statusOf(service));
    res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list));
    return;
  }
  const service = services.find((candidate) => candidate.name === name);
  if (root !== "services" || req.method !== "POST" || !service) {
    const names = services.map((known) => known.name);
    sendProblem(res, 404, "NOT_FOUND", `There is no service ${name}; there are ${names.join(", ")}.`);
    return;
  }
  if (!ACTIONS.includes(action as Action)) {
    sendProblem(res, 404, "NOT_FOUND", `There is no action ${action}; there are ${ACTIONS.join(", ")}.`);
    return;
  }
  Promise.resolve(service[action as Action]()).then(
    () => res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(statusOf(service))),
    (error: Error) => sendProblem(res, error instanceof StackError ? 409 : 500, "SERVICE_FAILED", error.message),
  );
}

const statusOf = ({ name, state, pid }: Service): ServiceStatus => ({ name, state, pid });
