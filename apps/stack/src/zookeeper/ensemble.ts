import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../free-port.ts";
import { ensureProgram, waysToGet } from "../programs/get.ts";
import { findZooKeeper } from "../programs/zookeeper.ts";
import { StackError } from "../stack-error.ts";
import type { Service } from "../supervise/service.ts";
import type { Surroundings } from "../supervise/service-spec.ts";
import { answersWords, serves } from "./ask.ts";
import { zooKeeperServer } from "./server.ts";
import type { ServerPlan } from "./server-files.ts";

const SERVERS = 3;
const ELECTED_WITHIN_MS = 60_000;

export interface Ensemble {
  /** The ZOOKEEPER_URL of the replicas; undefined if there is no ensemble and none can be started. */
  url?: string;
  servers: { name: string; url: string }[];
  /** Resolves when a majority serves, or when it is certain that none will. Never rejects. */
  settled: Promise<void>;
}

interface Options {
  home: string;
  /** An ensemble that the user provides; false for none; undefined to start one. */
  given: string | false | undefined;
  around: Surroundings;
  start(service: Service): Promise<void>;
}

/**
 * Prepares the ensemble of the `zookeeper` strategies. Nothing else needs it, so the start does not wait for it: its
 * addresses are known at once, and its installation and start run concurrently with the other services.
 *
 * @throws StackError if a given ensemble does not answer.
 */
export async function prepareEnsemble({ home, given, around, start }: Options): Promise<Ensemble> {
  if (given) return givenEnsemble(given);
  if (given === false) return { servers: [], settled: Promise.resolve() };
  const canBeHad = (await findZooKeeper()) || (await waysToGet("zookeeper")).length > 0;
  if (!canBeHad) {
    around.report("no Java and ZooKeeper here: the strategies that need them are unavailable (npm run doctor)");
    return { servers: [], settled: Promise.resolve() };
  }
  const plans = await Promise.all(Array.from({ length: SERVERS }, (_, index) => plan(index + 1)));
  const servers = plans.map(({ number, clientPort }) => ({
    name: `zookeeper-${number}`,
    url: `127.0.0.1:${clientPort}`,
  }));
  const settled = startServers().catch((error: Error) => {
    if (!around.ending.aborted) around.report(`ZooKeeper is unavailable: ${error.message}`);
  });
  return { url: servers.map(({ url }) => url).join(","), servers, settled };

  async function startServers(): Promise<void> {
    const startedAt = Date.now();
    await ensureProgram("zookeeper", around.report);
    const program = await findZooKeeper();
    if (!program) throw new StackError("Java or ZooKeeper is missing. Type: npm run doctor");
    around.report("starting three ZooKeeper servers …");
    const services = plans.map((server, index) =>
      zooKeeperServer(servers[index]?.name as string, home, program, plans, server, around),
    );
    await Promise.all(services.map(start));
    await majority(plans, around.ending);
    around.report(`three ZooKeeper servers: ready (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
}

async function plan(number: number): Promise<ServerPlan> {
  const [clientPort, quorumPort, electionPort] = await Promise.all([freePort(), freePort(), freePort()]);
  return { number, clientPort, quorumPort, electionPort };
}

async function majority(servers: readonly ServerPlan[], ending: AbortSignal): Promise<void> {
  for (const giveUpAt = Date.now() + ELECTED_WITHIN_MS; Date.now() < giveUpAt && !ending.aborted; ) {
    const serving = await Promise.all(servers.map(({ clientPort }) => serves("127.0.0.1", clientPort)));
    if (serving.filter(Boolean).length > servers.length / 2) return;
    await sleep(100);
  }
  throw new StackError(`its servers elected no leader within ${ELECTED_WITHIN_MS / 1000} s`);
}

async function givenEnsemble(url: string): Promise<Ensemble> {
  const [hosts = ""] = url.split("/");
  const servers = hosts.split(",").map((server, index) => ({ name: `zookeeper-${index + 1}`, url: server.trim() }));
  const answering = await Promise.all(
    servers.map(({ url: server }) => {
      const [host = "", port = "2181"] = server.split(":");
      return answersWords(host, Number(port));
    }),
  );
  if (!answering.includes(true)) {
    throw new StackError("No ZooKeeper server of ZOOKEEPER_URL answers. Start them, or leave ZOOKEEPER_URL out.");
  }
  return { url, servers, settled: Promise.resolve() };
}
