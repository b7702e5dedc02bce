import { resolve } from "node:path";
import { StackError } from "./stack-error.ts";

export interface Settings {
  /** Absolute path of the folder that holds data, logs and `stack.json`. */
  home: string;
  port: number;
  replicas: number;
  /** How long a lock Redis that died stays down, in milliseconds. */
  lockNodeRestartDelayMs: number;
}

export const MOST_REPLICAS = 16;

/** Reads what a person may set for `npm start`; the one place in the stack that interprets these variables. */
export function readSettings(env: NodeJS.ProcessEnv, root: string): Settings {
  return {
    home: resolve(root, env.LAST_UNIT_HOME || ".last-unit"),
    port: wholeNumber(env, "PORT", { fallback: 3000, least: 1, most: 65_535 }),
    replicas: wholeNumber(env, "REPLICAS", { fallback: 3, least: 1, most: MOST_REPLICAS }),
    lockNodeRestartDelayMs: readLockNodeRestartDelayMs(env),
  };
}

/**
 * Default 60 s: longer than any lease lives. A lock node that restarts without its memory would hand out a lock that
 * another client still holds; the Redlock text calls the remedy "delayed restarts".
 */
export const readLockNodeRestartDelayMs = (env: NodeJS.ProcessEnv) =>
  wholeNumber(env, "LOCK_NODE_RESTART_DELAY_MS", { fallback: 60_000, least: 0, most: 86_400_000 });

/** @throws StackError when the variable is set to something else than a whole number within the bounds. */
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
