import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { whichCommand } from "./commands.ts";

const run = promisify(execFile);

/** Java, and what to put on its class path. */
export interface FoundZooKeeper {
  version: string;
  java: string;
  classPath: string[];
}

const DEBIAN_JARS = "/usr/share/java";

/** Where tarballs and packages keep the server's jar, and what of that folder belongs on the class path. */
const places = () => [
  ...(process.env.ZOOKEEPER_HOME ? [{ folder: join(process.env.ZOOKEEPER_HOME, "lib"), classPath: ["*"] }] : []),
  { folder: "/opt/homebrew/opt/zookeeper/libexec/lib", classPath: ["*"] },
  { folder: "/usr/local/opt/zookeeper/libexec/lib", classPath: ["*"] },
  { folder: "/opt/zookeeper/lib", classPath: ["*"] },
  { folder: "/usr/local/zookeeper/lib", classPath: ["*"] },
  { folder: "/usr/share/zookeeper/lib", classPath: ["*"] },
  // Debian's jar names the jars that it needs; only a logger behind the logging interface is left to add.
  { folder: DEBIAN_JARS, classPath: ["zookeeper.jar", "slf4j-simple.jar"] },
];

/** ZooKeeper on this machine, with the Java that runs it; undefined when one of the two is missing. */
export async function findZooKeeper(): Promise<FoundZooKeeper | undefined> {
  const java = await findJava();
  if (!java) return undefined;
  for (const { folder, classPath } of places()) {
    const jars = await readdir(folder).catch(() => [] as string[]);
    const version = jars.map(versionOfJar).find((found) => found !== undefined);
    if (version) return { version, java, classPath: classPath.map((name) => join(folder, name)) };
  }
  return undefined;
}

async function findJava(): Promise<string | undefined> {
  const candidates = [
    process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin/java") : undefined,
    // Before the PATH: macOS has a `java` of its own, which only asks people to install one.
    "/opt/homebrew/opt/openjdk/bin/java",
    "/usr/local/opt/openjdk/bin/java",
    await whichCommand("java"),
  ];
  for (const path of candidates) {
    if (path && (await runs(path))) return path;
  }
  return undefined;
}

const runs = (java: string) =>
  run(java, ["-version"], { timeout: 15_000 }).then(
    () => true,
    () => false,
  );

const versionOfJar = (name: string) => /^zookeeper-(\d+\.\d+\.\d+)[\w.-]*\.jar$/.exec(name)?.[1];
