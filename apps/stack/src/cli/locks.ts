import { setTimeout as sleep } from "node:timers/promises";
import { readSettings } from "../settings.ts";
import { StackError } from "../stack-error.ts";
import { readStackFile } from "../stack-file.ts";
import { type LockReport, lockTable, needsAttention } from "./locks-table.ts";

const ANSWER_BOUND_MS = 5_000;
const LOOK_AGAIN_MS = 1_000;

interface Flags {
  watch?: boolean;
  json?: boolean;
  url?: string;
}

/**
 * `npm run locks`: prints who holds and waits for what. Resolves to the exit code: 0, 1 if a lock needs attention (split,
 * orphan, stuck or idle in transaction), 2 if the system cannot be asked.
 */
export async function locks(root: string, { watch, json, url }: Flags): Promise<number> {
  try {
    const system = url ? { url, token: process.env.LAB_TOKEN } : await runningSystem(root);
    for (;;) {
      const report = await ask(system);
      const text = json ? JSON.stringify(report, undefined, watch ? 0 : 2) : lockTable(report);
      if (watch && !json && process.stdout.isTTY) console.clear();
      console.log(text);
      if (!watch) return needsAttention(report) ? 1 : 0;
      await sleep(LOOK_AGAIN_MS);
    }
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function runningSystem(root: string) {
  const { home } = readSettings(process.env, root);
  const running = await readStackFile(home);
  if (!running) throw new StackError(`Nothing runs in ${home}. Start it with npm start, or name another with --url.`);
  return { url: running.url, token: running.labToken };
}

async function ask({ url, token }: { url: string; token?: string }): Promise<LockReport> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  let response: Response;
  try {
    const address = new URL("/api/locks?limit=1000", url);
    response = await fetch(address, { headers, signal: AbortSignal.timeout(ANSWER_BOUND_MS) });
  } catch (error) {
    throw new StackError(`${url} does not answer: ${(error as Error).message}`, { cause: error });
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new StackError(`${url} answered ${response.status}: ${body.detail ?? "no reason given"}`);
  return body as LockReport;
}
