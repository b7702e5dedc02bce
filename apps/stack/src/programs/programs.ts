import { homedir } from "node:os";
import { join } from "node:path";
import { pgbenchPaths, unpackPgbench } from "./pgbench.ts";
import { findZooKeeper } from "./zookeeper.ts";

export type ProgramName = "redis" | "chromium" | "k6" | "zookeeper" | "pgbench";
export type ManagerName = "apt-get" | "dnf" | "apk" | "pacman" | "brew";

export interface Program {
  /** What people call it. */
  title: string;
  /** What works only with it. */
  neededFor: string;
  /** Names to look for, the best first. */
  commands: string[];
  /** Absolute paths outside PATH where it may be. */
  otherPaths(): Promise<string[]>;
  versionArgs: string[];
  leastVersion: string;
  /** How to find it where it is no command; `commands` and `otherPaths` say nothing then. */
  find?(): Promise<{ path: string; version: string } | undefined>;
  /**
   * Package names by package manager, tried in turn; a missing manager has no good package. Names with a space between
   * them are installed together.
   */
  packages: Partial<Record<ManagerName, string[]>>;
  /** Commands that fetch it without a package manager; the command's own program must be there, and what it `needs`. */
  otherWays(): { file: string; needs?: string; args: string[]; env?: Record<string, string>; about: string }[];
  /** What to type when nothing else worked. */
  byHand: string;
}

/** Programs that we fetched ourselves live here, for all clones of a user. */
export const cacheBin = () => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "last-unit", "bin");

export const K6_VERSION = "v1.8.1";

/** Every outside program: how to find it, which version is enough, how to get it, what to say when it can't be had. */
export const programs: Record<ProgramName, Program> = {
  redis: {
    title: "Redis or Valkey server",
    neededFor: "npm start, npm test, npm run load",
    commands: ["redis-server", "valkey-server"],
    otherPaths: async () => [],
    versionArgs: ["--version"],
    leastVersion: "6.2",
    packages: {
      "apt-get": ["redis-server", "valkey-server"],
      dnf: ["valkey", "redis"],
      apk: ["redis", "valkey"],
      pacman: ["valkey", "redis"],
      brew: ["redis", "valkey"],
    },
    otherWays: () => [],
    byHand:
      "Install redis-server (Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis), or start Docker, or set REDIS_URLS and EVENTS_REDIS_URL.",
  },
  chromium: {
    title: "Chromium",
    neededFor: "npm test (browser tests)",
    commands: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
    otherPaths: async () => [
      ...(await playwrightChromium()),
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ],
    versionArgs: ["--version"],
    leastVersion: "120",
    packages: { "apt-get": ["chromium"], dnf: ["chromium"], apk: ["chromium"], pacman: ["chromium"] },
    otherWays: () => [
      { file: "npx", args: ["playwright", "install", "chromium"], about: "downloading Chromium with Playwright" },
    ],
    byHand: "Type: npx playwright install --with-deps chromium",
  },
  k6: {
    title: "k6",
    neededFor: "npm run load, npm test (load comparison)",
    commands: ["k6"],
    otherPaths: async () => [join(cacheBin(), "k6")],
    versionArgs: ["version"],
    leastVersion: "1.0",
    packages: { brew: ["k6"] },
    otherWays: () => [
      {
        file: "go",
        args: ["install", `go.k6.io/k6@${K6_VERSION}`],
        env: { GOBIN: cacheBin(), GOFLAGS: "-modcacherw" },
        about: `building k6 ${K6_VERSION} from the Go module proxy (one to two minutes)`,
      },
    ],
    byHand: `Install k6 as https://grafana.com/docs/k6/latest/set-up/install-k6/ says, or install Go and type: GOBIN=${cacheBin()} go install go.k6.io/k6@${K6_VERSION}`,
  },
  zookeeper: {
    title: "ZooKeeper, with Java",
    neededFor: "the strategies zookeeper and zookeeper+fencing",
    commands: [],
    otherPaths: async () => [],
    versionArgs: [],
    leastVersion: "3.5",
    async find() {
      const found = await findZooKeeper();
      return found && { path: found.classPath[0] as string, version: found.version };
    },
    packages: {
      // The library's package holds the server; `zookeeper` adds scripts, and a Java with a desktop's libraries.
      "apt-get": ["default-jre-headless libzookeeper-java", "zookeeper"],
      brew: ["zookeeper"],
    },
    otherWays: () => [],
    byHand:
      "Install Java and ZooKeeper (Debian, Ubuntu: sudo apt-get install zookeeper; macOS: brew install zookeeper; elsewhere unpack the release of zookeeper.apache.org and set ZOOKEEPER_HOME), or set ZOOKEEPER_URL.",
  },
  pgbench: {
    title: "pgbench",
    neededFor: "npm run bench (P4)",
    commands: ["pgbench"],
    otherPaths: () => pgbenchPaths(cacheBin()),
    versionArgs: ["--version"],
    leastVersion: "13",
    packages: { dnf: ["postgresql-contrib"], pacman: ["postgresql"], brew: ["postgresql@18"] },
    otherWays: () => [
      {
        file: "sh",
        needs: "dpkg-deb",
        args: ["-c", unpackPgbench],
        env: { BIN: cacheBin() },
        about: "unpacking pgbench from Debian's package of PostgreSQL, without installing it",
      },
    ],
    byHand:
      "Install PostgreSQL's own load generator (Debian, Ubuntu: sudo apt-get install postgresql, which also starts a server; macOS: brew install postgresql@18; Fedora: sudo dnf install postgresql-contrib).",
  },
};

/** Where Playwright would look for its own browser; it may not be there. */
async function playwrightChromium(): Promise<string[]> {
  try {
    // Not a dependency of the stack: the storefront's tests bring it, and where they are not installed there is none.
    const name = "playwright-core";
    const { chromium } = (await import(name)) as { chromium: { executablePath(): string } };
    return [chromium.executablePath()].filter(Boolean);
  } catch {
    return [];
  }
}
