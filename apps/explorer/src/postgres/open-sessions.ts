import pg from "pg";
import type { Process } from "../process.ts";
import type { Pausing } from "./lock-waits.ts";
import { PostgresSteps } from "./postgres-steps.ts";

/** Connections for an exploration: one for each process, and one that observes. */
export interface Sessions {
  /** For set-up, judging and reading values. Its statements are no steps. */
  readonly observer: pg.Client;
  readonly blockedBy: PostgresSteps["blockedBy"];
  readonly holdBack: PostgresSteps["holdBack"];
  readonly letNextGo: PostgresSteps["letNextGo"];
  /** The process's own connection. Its flights are steps until `detach`. */
  attach(process: Process): pg.Client;
  detach(): Promise<void>;
  end(): Promise<void>;
}

/** Opens the connections for so many processes. The role must be a superuser (see `PostgresSteps`). */
export async function openSessions(config: pg.ClientConfig, processes: number, pausing?: Pausing): Promise<Sessions> {
  const clients = Array.from({ length: processes + 1 }, () => new pg.Client(config));
  await Promise.all(clients.map((client) => client.connect()));
  const [observer, ...own] = clients as [pg.Client, ...pg.Client[]];
  const steps = new PostgresSteps(observer, pausing);
  await Promise.all(own.map((client) => steps.control(client)));
  return {
    observer,
    blockedBy: steps.blockedBy,
    holdBack: steps.holdBack,
    letNextGo: steps.letNextGo,
    attach(process) {
      const client = own[process.name.charCodeAt(0) - "A".charCodeAt(0)];
      if (!client) throw new Error(`There is no connection for process ${process.name}.`);
      steps.attach(client, process);
      return client;
    },
    detach: () => steps.detach(),
    end: async () => void (await Promise.all(clients.map((client) => client.end()))),
  };
}
