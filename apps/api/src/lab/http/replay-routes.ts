import type { Router } from "express";
import { ShopError } from "../../errors.ts";
import { noBody, route } from "../../http/routing.ts";
import { emptySchema } from "../../http/schemas.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import type { openMatrix } from "../matrix/matrix.ts";
import type { replayPlayer } from "../replays/perform.ts";
import { classics, findScenario } from "../replays/scenarios/catalogue.ts";
import type { LabWork } from "../reset/lab-work.ts";

interface ReplayDependencies {
  strategies: readonly Strategy[];
  replays: ReturnType<typeof replayPlayer>;
  matrix: ReturnType<typeof openMatrix>;
  work: LabWork;
}

/** Routes that list the classic replays, play a scenario under a strategy, and return or measure the matrix. */
export function replayRoutes(router: Router, { strategies, replays, matrix, work }: ReplayDependencies): void {
  const find = (name: string) => strategies.find((strategy) => strategy.name === name);

  route(router, "/replays", {
    get: [
      async (_request, response) => {
        const listed = classics.map(async ({ title, story, ends, scenario, strategy }, index) => ({
          number: index + 1,
          title,
          story,
          ends,
          scenario,
          strategy,
          ...(await availabilityOf(find(strategy), strategy)),
        }));
        response.json(await Promise.all(listed));
      },
    ],
  });

  route(router, "/replays/:scenario/:strategy", {
    post: [
      ...noBody(emptySchema),
      async (request, response) => {
        const { scenario: scenarioName, strategy: strategyName } = request.params;
        const scenario = findScenario(String(scenarioName));
        if (!scenario) throw new ShopError("NOT_FOUND", `There is no scenario called ${scenarioName}.`);
        const strategy = find(String(strategyName));
        if (!strategy) throw new ShopError("NOT_FOUND", `There is no strategy called ${strategyName}.`);
        const { available, reason } = await availabilityOf(strategy, strategy.name);
        if (!available) {
          const detail = `${strategy.name} cannot be used now: ${reason}`;
          throw new ShopError("STRATEGY_UNAVAILABLE", detail, { strategy: strategy.name });
        }
        const end = await work.begin("replay");
        response.json(await replays.play(scenario, strategy).finally(end));
      },
    ],
  });

  route(router, "/matrix", {
    get: [
      async (_request, response) => {
        response.json(await matrix.read());
      },
    ],
    post: [
      ...noBody(emptySchema),
      async (_request, response) => {
        response.status(202).json(await matrix.measure());
      },
    ],
  });
}

async function availabilityOf(strategy: Strategy | undefined, name: string) {
  if (!strategy) return { available: false, reason: `This version has no strategy called ${name}.` };
  const state = await strategy.availability();
  return { available: state.available, reason: state.available ? null : state.reason };
}
