import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Availability } from "../lease-store.ts";

const PROBE_BOUND_MS = 800;

/** Why a node cannot be used: a word to count it by, and its own sentence. */
export interface Trouble {
  kind: string;
  sentence: string;
}

const lastErrors = new WeakMap<Redis, { message?: string }>();

/**
 * Remembers why a connection failed. A command that is refused for want of a connection does not say it: a wrong password
 * would look like a node that is away.
 */
export function rememberErrors(node: Redis): { message?: string } {
  const known = lastErrors.get(node);
  if (known) return known;
  const last: { message?: string } = {};
  lastErrors.set(node, last);
  node.on("error", (error: Error & { code?: string }) => {
    last.message = error.message || error.code || String(error);
  });
  node.on("ready", () => {
    last.message = undefined;
  });
  return last;
}

/** Asks a node to write, as a lock does: a replica, a full or a loading node answers PING and grants nothing. */
export async function probeNode(node: Redis): Promise<Trouble | undefined> {
  rememberErrors(node);
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PROBE_BOUND_MS} ms`)), PROBE_BOUND_MS);
  });
  try {
    await Promise.race([node.set(`lock:probe:${randomUUID()}`, "1", "PX", 1, "NX"), bound]);
    return undefined;
  } catch (error) {
    return troubleOf(node, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Redis begins its errors with a word in capitals; everything else came from the connection. */
export function troubleOf(node: Redis, error: unknown): Trouble {
  const said = error instanceof Error ? error.message : String(error);
  const message = /isn't writeable|Connection is closed/.test(said)
    ? (lastErrors.get(node)?.message ?? "not connected")
    : said;
  const [, code] = /^(?:-)?([A-Z]{3,}) /.exec(message) ?? [];
  if (code) return { kind: code, sentence: message };
  if (/timed out|no answer within/i.test(message)) return { kind: "no answer", sentence: message };
  return { kind: "unreachable", sentence: message };
}

/** What to type to have a node back. `name` is what the stack calls it. */
export function remedyFor({ kind }: Trouble, name: string, { host, port }: Redis["options"]): string {
  const cli = `redis-cli -h ${host} -p ${port}`;
  if (kind === "READONLY") return `It is a replica of another node. Type: ${cli} REPLICAOF NO ONE`;
  if (kind === "OOM") return `Its memory is full. Type: ${cli} CONFIG SET maxmemory 0`;
  if (kind === "LOADING") return `It reads its data and will be back by itself. Look: ${cli} INFO persistence`;
  if (kind === "NOAUTH" || kind === "WRONGPASS") {
    return `Write its password into REDIS_URLS: redis://:PASSWORD@${host}:${port}`;
  }
  if (kind === "no answer") return `Type: npm run service -- resume ${name}, or: npm run service -- restart ${name}`;
  return `Type: npm run service -- start ${name}`;
}

/** The availability of a guard that needs this one node, which the stack calls redis-1. */
export async function probeOnlyNode(node: Redis): Promise<Availability> {
  const trouble = await probeNode(node);
  if (!trouble) return { available: true };
  const { host, port } = node.options;
  const reason = `The lock node redis-1 (${host}:${port}) grants nothing: ${trouble.sentence}. ${remedyFor(trouble, "redis-1", node.options)}`;
  return { available: false, reason };
}
