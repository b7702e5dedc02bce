import { homedir } from "node:os";
import { join } from "node:path";
import { pgbenchPaths, unpackPgbench } from "./pgbench.ts";
import { findZooKeeper } from "./zookeeper.ts";

export type ProgramName = "redis" | "chromium" | "k6" | "zookeeper" | "pgbench" | "older-postgres" | "pgbouncer";
export type ManagerName = "apt-get" | "dnf" | "apk" | "pacman" | "brew";

export interface Program {
  /** The name to display. */
  title: string;
  /** The features that need it. */
  neededFor: string;
  /** Command names to look for, best first. */
  commands: string[];
  /** Absolute paths outside PATH to look at. */
  otherPaths(): Promise<string[]>;
  versionArgs: string[];
  leastVersion: string;
  /** Finds a program that is not a command. Replaces `commands` and `otherPaths`. */
  find?(): Promise<{ path: string; version: string } | undefined>;
  /**
   * Package names by package manager, tried in turn; a missing manager has no good package. Names with a space between
   * them are installed together.
   */
  packages: Partial<Record<ManagerName, string[]>>;
  /**
   * Commands that install it without a package manager. The command's program and the program it `needs` must exist.
   */
  otherWays(): { file: string; needs?: string; args: string[]; env?: Record<string, string>; about: string }[];
  /** Instructions for a manual installation. */
  byHand: string;
}

/** The folder of downloaded programs, shared by all clones of a user. */
export const cacheBin = () => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "last-unit", "bin");

export const K6_VERSION = "v1.8.1";

/** All external programs: how to find them, the required versions, how to install them, and manual instructions. */
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
      // The library's package contains the server. `zookeeper` adds scripts, and a Java with desktop libraries.
      "apt-get": ["default-jre-headless libzookeeper-java", "zookeeper"],
      brew: ["zookeeper"],
    },
    otherWays: () => [],
    byHand:
      "Install Java and ZooKeeper (Debian, Ubuntu: sudo apt-get install zookeeper; macOS: brew install zookeeper; elsewhere unpack the release of zookeeper.apache.org and set ZOOKEEPER_HOME), or set ZOOKEEPER_URL.",
  },
  pgbench: {
    title: "pgbench",
    neededFor: "npm run bench (P3, P4)",
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
  // The packages of these two also start a server, so they are only installed by hand.
  "older-postgres": {
    title: "PostgreSQL 15",
    neededFor: "npm run test:more",
    commands: [],
    otherPaths: async () => [17, 16, 15, 14, 13].map((version) => `/usr/lib/postgresql/${version}/bin/postgres`),
    versionArgs: ["--version"],
    leastVersion: "13",
    packages: {},
    otherWays: () => [],
    byHand: "Install a version from 13 to 17, for example: sudo apt-get install postgresql-15",
  },
  pgbouncer: {
    title: "PgBouncer",
    neededFor: "npm run test:more",
    commands: ["pgbouncer"],
    otherPaths: async () => ["/usr/sbin/pgbouncer"],
    versionArgs: ["--version"],
    leastVersion: "1.16",
    packages: {},
    otherWays: () => [],
    byHand: "Install it, for example: sudo apt-get install pgbouncer",
  },
};

/** The path of Playwright's browser, which may not be installed. */
async function playwrightChromium(): Promise<string[]> {
  try {
    // Not a dependency of the stack, but of the storefront's tests, which may not be installed.
    const name = "playwright-core";
    const { chromium } = (await import(name)) as { chromium: { executablePath(): string } };
    return [chromium.executablePath()].filter(Boolean);
  } catch {
    return [];
  }
}
