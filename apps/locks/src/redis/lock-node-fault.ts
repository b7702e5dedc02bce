import type { Outage, Remedy } from "../remedy.ts";

/** Why a node cannot be used: a word to count it by, and the node's own sentence. */
export interface Fault {
  kind: string;
  sentence: string;
}

/** A node that did not answer in time. Whether it carried out the command is unknown. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  constructor(boundMs: number) {
    super(`no answer within ${Math.round(boundMs)} ms`);
  }
}

/** A node that owes an earlier answer, and so was not asked. */
export class NotAsked extends NoAnswer {}

/** Redis begins its errors with a word in capitals; every other error came from the connection. */
const CODE = /^-?([A-Z]{3,})[ :]/;

/** Whether the node itself answered with this error. Otherwise nobody knows whether it carried the command out. */
export const isAnswer = (error: unknown): boolean => error instanceof Error && CODE.test(error.message);

/** There was no connection, or the node hangs: it certainly did not carry the command out. */
export const wasNotSent = (error: unknown): boolean =>
  error instanceof NotAsked || (error instanceof Error && /isn't writeable/.test(error.message));

/**
 * What an error says about its node. `lastConnectionError` is used while there is no connection: the error of a refused
 * command does not say why, and a wrong password would look like an unreachable node.
 */
export function faultOf(error: unknown, lastConnectionError?: string): Fault {
  const said = error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
  const isDisconnected = /isn't writeable|Connection is closed|max retries per request/.test(said);
  const sentence = (isDisconnected && lastConnectionError) || (isDisconnected ? "not connected" : said);
  const [, code] = CODE.exec(sentence) ?? [];
  if (code) return { kind: code, sentence };
  if (error instanceof NoAnswer || /time(d )?out/i.test(sentence)) return { kind: "no answer", sentence };
  return { kind: "unreachable", sentence };
}

/** What to do to have a node back: the `number`th, counted from 1. */
export function remedyFor(
  { kind }: Fault,
  number: number,
  { host, port }: { host?: string; port?: number },
  remedy: Remedy,
): string {
  const cli = `redis-cli -h ${host} -p ${port}`;
  if (kind === "READONLY") return `It is a replica of another node. Type: ${cli} REPLICAOF NO ONE`;
  if (kind === "OOM") return `Its memory is full. Type: ${cli} CONFIG SET maxmemory 0`;
  if (kind === "LOADING") return `It reads its data and will be back by itself. Look: ${cli} INFO persistence`;
  return remedy({ kind: outageOf(kind), service: "redis", node: number, address: `${host}:${port}` });
}

function outageOf(kind: string): Outage["kind"] {
  if (kind === "NOAUTH" || kind === "WRONGPASS") return "credentials";
  return kind === "no answer" ? "hanging" : "unreachable";
}
