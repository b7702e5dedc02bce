import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { freePort } from "./free-port.ts";
import { sendProblem } from "./front-door/problem.ts";
import { StackError } from "./stack-error.ts";
import type { Service } from "./supervise/service.ts";

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
  close(): void;
}

/**
 * Opens the control port, by which people and tests inject faults into services. It listens on loopback and requires the
 * token of `stack.json`. `GET /services` lists the services, `POST /services/NAME/ACTION` performs an action.
 */
export async function openControl(services: () => Service[]): Promise<Control> {
  const token = randomBytes(24).toString("hex");
  const expected = Buffer.from(`Bearer ${token}`);
  const server = createServer((req, res) => {
    const given = Buffer.from(req.headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      sendProblem(res, 401, "UNAUTHORIZED", "The token of stack.json is needed.");
      return;
    }
    const [, root, name, action] = (req.url ?? "").split("/");
    if (root === "services" && req.method === "GET" && !name) {
      const list: ServiceStatus[] = services().map((service) => statusOf(service));
      res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list));
      return;
    }
    const service = services().find((candidate) => candidate.name === name);
    if (root !== "services" || req.method !== "POST" || !service) {
      const names = services().map((known) => known.name);
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
  });
  const port = await freePort();
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", done);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const statusOf = ({ name, state, pid }: Service): ServiceStatus => ({ name, state, pid });
