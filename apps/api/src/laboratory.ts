import type { Shop } from "./checkout/shop.ts";
import type { Connections } from "./connections.ts";
import { connectDatabase } from "./database.ts";
import type { Env } from "./env.ts";
import type { CheckoutOptions } from "./http/checkout-handler.ts";
import type { LabDependencies } from "./http/lab-routes.ts";
import { toShopError } from "./http/problems.ts";
import type { Strategy } from "./inventory/strategy.ts";
import { answerBook } from "./lab/answers.ts";
import { crowds } from "./lab/crowd.ts";
import { eventStreams } from "./lab/event-stream.ts";
import { eventPublisher } from "./lab/events.ts";
import { historyJudge } from "./lab/history-judge.ts";
import { enterRace } from "./lab/lab.ts";
import { build } from "./lab/matrix/build.ts";
import { crowdColumn } from "./lab/matrix/crowd-column.ts";
import { openMatrix } from "./lab/matrix/matrix.ts";
import { replayColumn } from "./lab/matrix/replay-column.ts";
import { waitingOutsideColumn } from "./lab/matrix/waiting-outside-column.ts";
import { scenarios } from "./lab/replays/catalogue.ts";
import { replayTheatre } from "./lab/replays/perform.ts";
import type { ReplayServices } from "./lab/replays/stage.ts";

const LAB_POOL = 3;

interface LaboratoryOptions {
  env: Env;
  connections: Connections;
  shop: Shop;
  strategies: readonly Strategy[];
  /** This replica's own address. */
  url: string;
  onError(error: unknown): void;
}

export interface Laboratory {
  routes: LabDependencies;
  enterRace: NonNullable<CheckoutOptions["enterRace"]>;
  /** Ends the streams, which would keep their requests open for ever. */
  closeStreams(): void;
  /** Lets a measurement under way end. */
  stopMeasuring(): Promise<void>;
  /** When no request is left. */
  close(): Promise<void>;
}

/** Puts the laboratory together: races, replays, the matrix and the judge. */
export function openLaboratory({ env, connections, shop, strategies, url, onError }: LaboratoryOptions): Laboratory {
  const { eventsRedis, lockServices } = connections;
  // Connections of its own: what counts a crowd must not stand in line behind it.
  const database = connectDatabase(env.DATABASE_URL, LAB_POOL, "last-unit-lab");
  const publish = eventPublisher(eventsRedis);
  const answers = answerBook(database, onError);
  const streams = eventStreams(eventsRedis);
  const judge = historyJudge(new URL("./judge-worker.js", import.meta.url));
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
    databaseUrl: env.DATABASE_URL,
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
      judgeHistory: judge.judge,
      theatre: replayTheatre(replays),
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
      judge.close();
      await database.$disconnect();
    },
  };
}
