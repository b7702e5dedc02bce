import type { IncomingMessage, ServerResponse } from "node:http";
import { sendProblem } from "../front-door/problem.ts";
import { readBody } from "../front-door/request-body.ts";
import { StackError } from "../stack-error.ts";
import type { Surroundings } from "../supervise/service-spec.ts";
import { type Choices, Explorations, type Wanted } from "./explorations.ts";

/** What cannot be explored. */
class Unusable extends Error {
  override readonly name = "Unusable";
}

/**
 * `/explore` of the control port. `GET` lists what can be explored. `POST` starts an exploration and answers with a line of
 * JSON for each thing that happens, until it is done; it stops when the client leaves. `DELETE` lets it tell what it has
 * found, and stop.
 */
export class ExploreRoutes {
  readonly #explorations: Explorations;

  constructor(home: string, root: string, around: Pick<Surroundings, "report">) {
    this.#explorations = new Explorations(home, root, around);
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      if (req.method === "GET") sendJson(res, await this.#explorations.choices());
      else if (req.method === "POST") await this.#explore(req, res);
      else if (req.method === "DELETE") {
        await this.#explorations.stop();
        res.writeHead(204).end();
      } else sendProblem(res, 405, "METHOD_NOT_ALLOWED", "GET, POST or DELETE.", { allow: "GET, POST, DELETE" });
    } catch (error) {
      if (error instanceof Unusable) sendProblem(res, 422, "INVALID_REQUEST", error.message);
      else sendProblem(res, 503, "EXPLORATION_FAILED", (error as Error).message);
    }
  }

  close = (): Promise<void> => this.#explorations.stop();

  async #explore(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readBody(req);
    if (body === "gone") return;
    const choices = await this.#explorations.choices();
    const wanted = readWanted(body === "too-large" ? "" : body.toString(), choices);
    const { needs } = choices.strategies.find(({ name }) => name === wanted.strategy) as Choices["strategies"][number];
    if (await this.#explorations.isRunning()) {
      sendProblem(res, 409, "EXPLORATION_RUNNING", "Another exploration runs. Stop it, or wait for its end.");
      return;
    }
    // The client may have left while another exploration ended.
    if (res.destroyed) return;
    res.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
    const say = (line: string) => void res.write(`${line}\n`);
    say(JSON.stringify({ type: "preparing" }));
    const left = () => void this.#explorations.stop();
    res.once("close", left);
    try {
      await this.#explorations.explore(wanted, needs, say);
    } catch (error) {
      const detail = error instanceof StackError ? error.message : `It failed: ${(error as Error).message}`;
      say(JSON.stringify({ type: "failed", detail }));
    } finally {
      res.off("close", left);
      res.end();
    }
  }
}

const MOST_SCHEDULE = 4_000;

/** @throws Unusable with a sentence that names what is allowed. */
function readWanted(text: string, { strategies }: Choices): Wanted {
  const { strategy, scenario, fault, schedule, preemptions } = parse(text);
  const found = strategies.find(({ name }) => name === strategy);
  if (!found) throw new Unusable(`"strategy" is one of ${strategies.map(({ name }) => name).join(", ")}.`);
  const ofScenario = found.cells.filter((cell) => cell.scenario === scenario);
  if (ofScenario.length === 0) {
    const possible = [...new Set(found.cells.map((cell) => cell.scenario))];
    throw new Unusable(`"scenario" of ${found.name} is one of ${possible.join(", ")}.`);
  }
  if (!ofScenario.some((cell) => cell.fault === fault)) {
    const possible = ofScenario.map((cell) => cell.fault ?? "left out");
    throw new Unusable(`"fault" of ${found.name} in ${scenario} is ${possible.join(" or ")}.`);
  }
  if (schedule !== undefined && (typeof schedule !== "string" || schedule.length > MOST_SCHEDULE)) {
    throw new Unusable(`"schedule" is a text of at most ${MOST_SCHEDULE} characters, such as "A3 B2 A*".`);
  }
  if (preemptions !== undefined && !/^\d{1,2}$/.test(String(preemptions))) {
    throw new Unusable(`"preemptions" is a whole number from 0 to 99.`);
  }
  return {
    strategy: found.name,
    scenario: scenario as string,
    ...(fault === undefined ? {} : { faults: fault as string }),
    ...(schedule === undefined ? {} : { replay: schedule as string }),
    ...(preemptions === undefined ? {} : { preemptions: String(preemptions) }),
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new Unusable('The body is a JSON object with "strategy" and "scenario".');
}

function sendJson(res: ServerResponse, body: unknown): void {
  res.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));
}
