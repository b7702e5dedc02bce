import { delimiter, join } from "node:path";
import { logFile } from "../home.ts";
import type { FoundZooKeeper } from "../programs/zookeeper.ts";
import { Service } from "../supervise/service.ts";
import type { Surroundings } from "../supervise/service-spec.ts";
import { ask } from "./ask.ts";
import { type ServerPlan, writeServerFiles } from "./server-files.ts";

/**
 * Options for little memory and a quick start: the data is small, and three servers share the machine with all other
 * services.
 */
const JAVA_OPTIONS = [
  "-Xmx96m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xshare:auto",
  "-Djava.awt.headless=true",
  "-Djava.net.preferIPv4Stack=true",
  // In KiB. ZooKeeper preallocates each log file with this size; the default is 64 MiB.
  "-Dzookeeper.preAllocSize=1024",
  // Milliseconds between a server's votes while there is no leader. The default rises to a minute, for which a server that
  // missed a vote of a hung or resumed peer would stay without a leader.
  "-Dzookeeper.fastleader.maxNotificationInterval=1000",
];

/**
 * One supervised server of the ensemble. It counts as answering if its process responds, with or without a majority.
 */
export function zooKeeperServer(
  name: string,
  home: string,
  program: FoundZooKeeper,
  servers: readonly ServerPlan[],
  server: ServerPlan,
  around: Surroundings,
): Service {
  return new Service(
    {
      name,
      logFile: logFile(home, name),
      async command() {
        const { config, logOptions } = await writeServerFiles(join(home, "data", name), servers, server);
        const classPath = ["-cp", program.classPath.join(delimiter)];
        const main = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
        return { file: program.java, args: [...JAVA_OPTIONS, ...logOptions, ...classPath, main, config] };
      },
      isAnswering: async () => (await ask("ruok", "127.0.0.1", server.clientPort)) === "imok",
      startWithinMs: 60_000,
      stopSignal: "SIGTERM",
      stopWithinMs: 1500,
    },
    around,
  );
}
