import { resolve } from "node:path";
import { StackError } from "./stack-error.ts";

export interface Settings {
  /** Absolute path of the folder that holds data, logs and `stack.json`. */
  home: string;
  port: number;
  replicas: number;
  /** How long a lock node stays down after its process died, in milliseconds. */
  lockNodeRestartDelayMs: number;
}

export const MOST_REPLICAS = 16;

/** Reads the environment variables of `npm start`. No other code of the stack interprets them. */
export function readSettings(env: NodeJS.ProcessEnv, root: string): Settings {
  return {
    home: resolve(root, env.LAST_UNIT_HOME || ".last-unit"),
    port: wholeNumber(env, "PORT", { fallback: 3000, least: 1, most: 65_535 }),
    replicas: wholeNumber(env, "REPLICAS", { fallback: 3, least: 1, most: MOST_REPLICAS }),
    lockNodeRestartDelayMs: readLockNodeRestartDelayMs(env),
  };
}

/** What the user wants for each replica; undefined if nothing. */
export const readDatabasePool = (env: NodeJS.ProcessEnv) =>
  env.DATABASE_POOL?.trim() ? wholeNumber(env, "DATABASE_POOL", { fallback: 20, least: 2, most: 500 }) : undefined;

/**
 * Default 60 s, which is longer than any lease. A lock node that restarts without its data could grant a lock that another
 * client still holds. The Redlock specification calls this remedy "delayed restarts".
 */
export const readLockNodeRestartDelayMs = (env: NodeJS.ProcessEnv) =>
  wholeNumber(env, "LOCK_NODE_RESTART_DELAY_MS", { fallback: 60_000, least: 0, most: 86_400_000 });

/** @throws StackError if the variable is set, but not to a whole number within the bounds. */
export function wholeNumber(
  env: NodeJS.ProcessEnv,
  name: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number {
  const text = env[name]?.trim();
  if (!text) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new StackError(
      `${name}=${text} is not a whole number from ${least} to ${most}. Leave it out for ${fallback}, or write for example ${name}=${fallback}.`,
    );
  }
  return value;
}
