import type { Redis } from "ioredis";

/** Why a node cannot be used: a word to count it by, and its own sentence. */
export interface Trouble {
  kind: string;
  sentence: string;
}

/** A node that did not answer in time. Whether it did what it was asked is unknown. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  constructor(boundMs: number) {
    super(`no answer within ${Math.round(boundMs)} ms`);
  }
}

/**
 * What an error says of its node. `lastConnectionError` stands in where there is no connection: a refused command does
 * not say why, and a wrong password would look like a node that is away.
 */
export function troubleOf(error: unknown, lastConnectionError?: string): Trouble {
  const said = error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
  const isDisconnected = /isn't writeable|Connection is closed|max retries per request/.test(said);
  const sentence = (isDisconnected && lastConnectionError) || (isDisconnected ? "not connected" : said);
  // Redis begins its errors with a word in capitals; everything else came from the connection.
  const [, code] = /^-?([A-Z]{3,})[ :]/.exec(sentence) ?? [];
  if (code) return { kind: code, sentence };
  if (error instanceof NoAnswer || /time(d )?out/i.test(sentence)) return { kind: "no answer", sentence };
  return { kind: "unreachable", sentence };
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
  if (kind === "no answer") return `It hangs. Type: npm run service -- restart ${name}`;
  return `Type: npm run service -- start ${name}`;
}
