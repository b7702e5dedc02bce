import { delimiter, join } from "node:path";
import { logFile } from "../home.ts";
import type { FoundZooKeeper } from "../programs/zookeeper.ts";
import { Service } from "../supervise/service.ts";
import type { Surroundings } from "../supervise/service-spec.ts";
import { ask } from "./ask.ts";
import { type ServerPlan, writeServerFiles } from "./server-files.ts";

/** Little memory and a quick start: locks are few and small, and three of these share the machine with everything else. */
const JAVA_OPTIONS = [
  "-Xmx96m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xshare:auto",
  "-Djava.awt.headless=true",
  "-Djava.net.preferIPv4Stack=true",
  // In KiB. A log is padded to this size in advance; the default is 64 MiB.
  "-Dzookeeper.preAllocSize=1024",
];

/** One server of the ensemble, kept running. It answers when its process does, with or without a majority. */
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
