import type { CheckoutOptions } from "../checkout/http/checkout-handler.ts";
import type { Shop } from "../checkout/shop.ts";
import type { Env } from "../config.ts";
import type { Connections } from "../connections.ts";
import { connectDatabase } from "../db/client.ts";
import { toShopError } from "../http/problems.ts";
import type { Strategy } from "../inventory/strategy.ts";
import { eventStreams } from "./http/event-stream.ts";
import type { LabDependencies } from "./http/routes.ts";
import { crowdColumn, replayColumn, waitingOutsideColumn } from "./matrix/columns.ts";
import { openMatrix } from "./matrix/matrix.ts";
import { build } from "./matrix/measurement.ts";
import { answerBook } from "./races/answers.ts";
import { crowds } from "./races/crowd.ts";
import { eventPublisher } from "./races/events.ts";
import { enterRace } from "./races/race.ts";
import { replayPlayer } from "./replays/perform.ts";
import { scenarios } from "./replays/scenarios/catalogue.ts";
import type { ReplayServices } from "./replays/stage.ts";
import { linearizabilityChecker } from "./verdict/linearizability.ts";

const LAB_POOL = 3;

interface LabOptions {
  env: Env;
  connections: Connections;
  shop: Shop;
  strategies: readonly Strategy[];
  /** This replica's address. */
  url: string;
  onError(error: unknown): void;
}

export interface Lab {
  routes: LabDependencies;
  enterRace: NonNullable<CheckoutOptions["races"]>["enter"];
  /** Ends the event streams; their requests never end otherwise. */
  closeStreams(): void;
  /** Waits for the end of a measurement in progress. */
  stopMeasuring(): Promise<void>;
  /** Closes the lab's connections. To be called after the last request has ended. */
  close(): Promise<void>;
}

/** Wires up the lab: races, replays, the matrix and the history check. */
export function openLab({ env, connections, shop, strategies, url, onError }: LabOptions): Lab {
  const { eventsRedis, lockServices } = connections;
  // A separate pool, so that the lab's own queries do not wait behind the buyers' transactions.
  const database = connectDatabase(env.DATABASE_URL, LAB_POOL, "last-unit-lab");
  const publish = eventPublisher(eventsRedis);
  const answers = answerBook(database, onError);
  const streams = eventStreams(eventsRedis);
  const historyCheck = linearizabilityChecker(new URL("./linearizability-worker.js", import.meta.url));
  const crowd = crowds({ database, replicaUrls: env.REPLICA_URLS ?? [url], keepAnswer: answers.keep, onError });
  const replays: ReplayServices = {
    shop,
    databaseUrl: env.DATABASE_URL,
    lockServices,
    publish,
    keepAnswer: answers.keep,
    codeOf: (error) => toShopError(error).code,
  };
  const matrix = openMatrix({
    database,
    build,
    strategies,
    columns: [
      ...scenarios.map((scenario) => replayColumn(replays, scenario)),
      crowdColumn(database, crowd),
      waitingOutsideColumn(replays),
    ],
    onError,
  });

  return {
    routes: {
      database,
      strategies,
      defaultStrategy: env.LOCK_STRATEGY,
      crowds: crowd,
      streams,
      checkHistory: historyCheck.check,
      replays: replayPlayer(replays),
      matrix,
      token: env.LAB_OPEN ? undefined : env.LAB_TOKEN,
    },
    enterRace: (run, buyer) =>
      enterRace({ run, ...buyer, replica: env.REPLICA_NAME, publish, keepAnswer: answers.keep }),
    closeStreams: streams.closeAll,
    stopMeasuring: matrix.stop,
    async close() {
      await crowd.close();
      await answers.flush();
      historyCheck.close();
      await database.$disconnect();
    },
  };
}
