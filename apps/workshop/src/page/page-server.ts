import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WorkshopAddress, workshopAddressPath } from "@last-unit/stack";
import type { Session, SessionParts } from "../cli/session.ts";
import { findExercise } from "../exercises.ts";
import { solutionOf } from "../report/exercise-text.ts";
import { pageState } from "./page-state.ts";

/** Progress comes for each interleaving; a page needs less. */
const TELL_EVERY_MS = 150;

/**
 * Answers the page `/lab/workshop`, which reaches it through the control port of `npm start`: `page.json` in the home says
 * where, and with which token.
 *
 * - `GET /workshop` is the state; `GET /workshop/events` sends it again whenever it changes, a line of JSON each time.
 * - `POST /workshop/ACTION` does what a key does in the terminal: `grade`, `hint`, `explanation`, `solution`, `open/NN`.
 */
export async function openPage(
  home: string,
  session: Session,
  parts: SessionParts,
): Promise<{ close(): Promise<void> }> {
  const token = randomBytes(24).toString("hex");
  const listeners = new Set<ServerResponse>();
  const server = createServer((req, res) => {
    if (req.headers.authorization !== `Bearer ${token}`)
      return refuse(res, 401, "UNAUTHORIZED", "The token is needed.");
    answer(req, res).catch((error: Error) => refuse(res, 500, "INTERNAL_ERROR", error.message));
  });

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const [, , action = "", wanted = ""] = (req.url ?? "").split("/");
    if (req.method === "GET" && action === "") return send(res, await pageState(session, parts));
    if (req.method === "GET" && action === "events") {
      res.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
      listeners.add(res);
      res.once("close", () => listeners.delete(res));
      res.write(`${JSON.stringify(await pageState(session, parts))}\n`);
      return;
    }
    if (req.method !== "POST") return refuse(res, 404, "NOT_FOUND", "There is nothing at this address.");
    switch (action) {
      case "grade":
        // The stream tells the result.
        void session.grade();
        break;
      case "hint":
        await session.showHint();
        break;
      case "explanation":
        await session.showExplanation();
        break;
      case "solution":
        return send(res, await solutionOf(session.exercise));
      case "open": {
        const exercise = parts.exercises.find(({ number }) => number === wanted);
        if (!exercise) return refuse(res, 404, "NOT_FOUND", `There is no exercise ${wanted.slice(0, 10)}.`);
        await session.open(findExercise(parts.exercises, wanted));
        void session.grade();
        break;
      }
      default:
        return refuse(res, 404, "NOT_FOUND", `There is no action ${action.slice(0, 20)}.`);
    }
    res.writeHead(204).end();
  }

  let telling: NodeJS.Timeout | undefined;
  session.onChange = () => {
    telling ??= setTimeout(async () => {
      telling = undefined;
      if (listeners.size === 0) return;
      const line = `${JSON.stringify(await pageState(session, parts))}\n`;
      for (const listener of listeners) listener.write(line);
    }, TELL_EVERY_MS);
  };

  await new Promise<void>((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  const address: WorkshopAddress = { port: (server.address() as AddressInfo).port, token };
  await writeFile(workshopAddressPath(home), JSON.stringify(address), { mode: 0o600 });
  return {
    async close() {
      session.onChange = () => {};
      clearTimeout(telling);
      server.close();
      server.closeAllConnections();
      await rm(workshopAddressPath(home), { force: true });
    },
  };
}

function send(res: ServerResponse, body: object): void {
  res.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));
}

function refuse(res: ServerResponse, status: number, code: string, detail: string): void {
  if (res.headersSent) return void res.destroy();
  res.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify({ status, code, detail }));
}
