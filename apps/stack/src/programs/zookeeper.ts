import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { whichCommand } from "./commands.ts";

const run = promisify(execFile);

/** The path of Java, and ZooKeeper's class path. */
export interface FoundZooKeeper {
  version: string;
  java: string;
  classPath: string[];
}

const DEBIAN_JARS = "/usr/share/java";

/** The folders where tarballs and packages install the server, with the jars for the class path. */
const places = () => [
  ...(process.env.ZOOKEEPER_HOME ? [{ folder: join(process.env.ZOOKEEPER_HOME, "lib"), classPath: ["*"] }] : []),
  { folder: "/opt/homebrew/opt/zookeeper/libexec/lib", classPath: ["*"] },
  { folder: "/usr/local/opt/zookeeper/libexec/lib", classPath: ["*"] },
  { folder: "/opt/zookeeper/lib", classPath: ["*"] },
  { folder: "/usr/local/zookeeper/lib", classPath: ["*"] },
  { folder: "/usr/share/zookeeper/lib", classPath: ["*"] },
  // Debian's jar lists its dependencies, except for an implementation of the logging interface.
  { folder: DEBIAN_JARS, classPath: ["zookeeper.jar", "slf4j-simple.jar"] },
];

/** Finds ZooKeeper and Java. Resolves to undefined if one of them is missing. */
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
    // Before the PATH, because the `java` of macOS is a stub that asks the user to install Java.
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
