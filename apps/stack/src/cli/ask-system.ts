import { readSettings } from "../settings.ts";
import { StackError } from "../stack-error.ts";
import { readStackFile } from "../stack-file.ts";

export interface AskedSystem {
  url: string;
  /** The lab's token, if it requires one. */
  token?: string;
}

/**
 * The system at `url`, with the token in `LAB_TOKEN`; without it the one that `stack.json` describes.
 * @throws StackError if nothing runs
 */
export async function systemToAsk(root: string, url?: string): Promise<AskedSystem> {
  if (url) return { url, token: process.env.LAB_TOKEN };
  const { home } = readSettings(process.env, root);
  const running = await readStackFile(home);
  if (!running) throw new StackError(`Nothing runs in ${home}. Start it with npm start, or name another with --url.`);
  return { url: running.url, token: running.labToken };
}

/** A refusal of the API: an answer that is no success. */
export class Refused extends StackError {}

/** @throws StackError if there is no answer within `boundMs`, and Refused if the API refuses */
export async function ask<Answer>(
  { url, token }: AskedSystem,
  method: "GET" | "POST",
  path: string,
  { body, boundMs = 5_000 }: { body?: unknown; boundMs?: number } = {},
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(boundMs),
    });
  } catch (error) {
    throw new StackError(`${url} does not answer: ${(error as Error).message}`, { cause: error });
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(`${url} answered ${response.status}: ${answer.detail ?? "no reason given"}`);
  return answer as Answer;
}
