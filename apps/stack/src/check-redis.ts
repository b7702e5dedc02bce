import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { StackError } from "./stack-error.ts";

const CONNECT_MS = 2_000;

/** A Redis that the user names, as `npm start` finds it. */
interface Found {
  /** What a person calls it: `Redis 2 of REDIS_URLS (cache.example:6379)`. */
  title: string;
  /** The fields of `INFO`; empty if this user may not ask for it. */
  info: Map<string, string>;
}

/**
 * Checks that every Redis of `REDIS_URLS` can be a lock node: it answers, accepts the login and the database's number, lets a
 * script set a key, is no replica and no part of a cluster, and is not named twice.
 *
 * @returns what does not prevent the start, in a sentence each.
 * @throws StackError about the first one that cannot be used, with the remedy.
 */
export async function checkLockNodes(urls: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    urls.map((url, index) => inspect(url, `Redis ${index + 1} of REDIS_URLS`, (redis) => mustLock(redis))),
  );
  const servers = new Map<string, string>();
  for (const { title, info } of found) {
    if (info.get("redis_mode") === "cluster") {
      throw new StackError(`${title} is in cluster mode. Lock nodes are independent servers: use ones without it.`);
    }
    if (info.get("role") === "slave") {
      throw new StackError(
        `${title} is a replica of ${info.get("master_host")}:${info.get("master_port")}, and loses locks if it is promoted. Name independent servers.`,
      );
    }
    const id = info.get("run_id");
    const first = id && servers.get(id);
    if (first) throw new StackError(`${first} and ${title} are the same server, so its vote would count twice.`);
    if (id) servers.set(id, title);
  }
  return [...adviceOnNumber(urls.length), ...found.flatMap(adviceOnEviction)];
}

/** @throws StackError if `EVENTS_REDIS_URL` cannot be used. */
export async function checkEventsRedis(url: string): Promise<void> {
  await inspect(url, "The Redis of EVENTS_REDIS_URL", async (redis) => void (await redis.ping()));
}

function adviceOnNumber(count: number): string[] {
  const survives = Math.ceil(count / 2) - 1;
  if (count >= 3 && count % 2 === 1) return [];
  const them = count === 1 ? "1 lock node" : `${count} lock nodes`;
  return [
    `REDIS_URLS names ${them}: locks survive the loss of ${survives === 0 ? "none" : survives}. Use 3, 5 or 7 nodes.`,
  ];
}

function adviceOnEviction({ title, info }: Found): string[] {
  const policy = info.get("maxmemory_policy") ?? "noeviction";
  if (policy === "noeviction" || Number(info.get("maxmemory") ?? 0) === 0) return [];
  return [`${title} may evict locks when its memory is full (${policy}). Set maxmemory-policy to noeviction.`];
}

async function inspect(url: string, name: string, use: (redis: Redis) => Promise<void>): Promise<Found> {
  const { hostname, port, pathname } = new URL(url);
  const title = `${name} (${hostname}:${port || 6379})`;
  const redis = new Redis(url, {
    db: 0,
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  let connectionError: Error | undefined;
  redis.on("error", (error: Error) => {
    connectionError ??= error;
  });
  try {
    await redis.connect();
    // Before the database is selected: without a login, any command says so.
    await redis.ping();
    const database = Number(pathname.slice(1) || 0);
    if (database !== 0) await redis.select(database);
    await use(redis);
    return { title, info: fieldsOf(await redis.info().catch(() => "")) };
  } catch (error) {
    const cause = connectionError ?? (error as Error);
    throw new StackError(`${title} ${reasonOf(cause, hostname, port || "6379")}`, { cause });
  } finally {
    redis.disconnect();
  }
}

/** Sets and deletes a key as the locks do. */
async function mustLock(redis: Redis): Promise<void> {
  const key = `lock:probe:${randomUUID()}`;
  await redis.eval("return redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', 1000)", 1, key, "probe");
  await redis.eval("return redis.call('del', KEYS[1])", 1, key);
}

const fieldsOf = (info: string) =>
  new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(":");
      return colon > 0 && !line.startsWith("#") ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
    }),
  );

const untrusted =
  "has a TLS certificate of an unknown authority. Set NODE_EXTRA_CA_CERTS to a file with that authority's certificate.";

/** By the codes of Node.js for certificates. */
const certificates: Record<string, string> = {
  CERT_HAS_EXPIRED: "has a TLS certificate that has expired. Renew it on the server.",
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: "has a TLS certificate for another host name. Use that name in the address.",
};

/** By the first word of a refusal. */
const refusals: Record<string, (address: string) => string> = {
  NOAUTH: (address) => `Write its password into the address: redis://:PASSWORD@${address}`,
  WRONGPASS: (address) => `Check user and password in the address: redis://USER:PASSWORD@${address}`,
  NOPERM: () => "Allow this user +eval, +evalsha, +script and all keys that begin with lock:",
  READONLY: () => "Name the primary server.",
  OOM: () => "Give it more memory.",
  MOVED: () => "It is in cluster mode. Lock nodes are independent servers: use ones without it.",
  CLUSTERDOWN: () => "It is in cluster mode. Lock nodes are independent servers: use ones without it.",
};

function reasonOf(error: Error & { code?: string }, hostname: string, port: string): string {
  const { code = "", message } = error;
  if (certificates[code]) return certificates[code];
  const [, word = ""] = /^(?:ReplyError: )?([A-Z]+) /.exec(message) ?? [];
  const remedy = refusals[word]?.(`${hostname}:${port}`);
  if (remedy) return `refuses: ${message.replace(/\.?$/, ".")} ${remedy}`;
  if (word === "ERR") return `refuses: ${message.replace(/\.?$/, ".")}`;
  return `does not answer: ${message || code}. Start it, or check the address.`;
}
