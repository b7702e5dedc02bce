import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** One server of the ensemble: its number, from 1, and its ports on loopback. */
export interface ServerPlan {
  number: number;
  clientPort: number;
  quorumPort: number;
  electionPort: number;
}

/** Half a second. The minimum session timeout is two ticks, so sessions may be as short as one second. */
const TICK_MS = 500;

/** A server's configuration: listens on loopback and allows only the two four-letter words that the stack sends. */
const serverConfig = (
  dataDir: string,
  servers: readonly ServerPlan[],
  { clientPort }: ServerPlan,
) => `dataDir=${dataDir}
clientPort=${clientPort}
clientPortAddress=127.0.0.1
tickTime=${TICK_MS}
initLimit=20
syncLimit=4
maxSessionTimeout=60000
maxClientCnxns=500
admin.enableServer=false
4lw.commands.whitelist=ruok,srvr
autopurge.snapRetainCount=3
autopurge.purgeInterval=1
${servers.map(({ number, quorumPort, electionPort }) => `server.${number}=127.0.0.1:${quorumPort}:${electionPort}`).join("\n")}
`;

/** Newer releases log everything to the console by default. */
const LOGBACK = `<configuration>
  <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{ISO8601} %-5p [%t] %c{0}: %m%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="CONSOLE" /></root>
</configuration>
`;

/**
 * Writes a server's files into its folder. The data persists across restarts, so that transaction ids, which serve as
 * fencing tokens, never decrease.
 *
 * @returns the path of the configuration, and Java's options for a quiet log (logback, and Debian's slf4j-simple).
 */
export async function writeServerFiles(folder: string, servers: readonly ServerPlan[], server: ServerPlan) {
  const dataDir = join(folder, "data");
  const config = join(folder, "zoo.cfg");
  const logback = join(folder, "logback.xml");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, "myid"), `${server.number}\n`);
  await writeFile(config, serverConfig(dataDir, servers, server));
  await writeFile(logback, LOGBACK);
  return {
    config,
    logOptions: [
      `-Dlogback.configurationFile=${logback}`,
      "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
      "-Dorg.slf4j.simpleLogger.showDateTime=true",
      "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
    ],
  };
}
