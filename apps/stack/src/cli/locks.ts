import { setTimeout as sleep } from "node:timers/promises";
import { StackError } from "../stack-error.ts";
import { ask, systemToAsk } from "./ask-system.ts";
import { type LockReport, lockTable, needsAttention } from "./locks-table.ts";

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
    const system = await systemToAsk(root, url);
    for (;;) {
      const report = await ask<LockReport>(system, "GET", "/api/locks?limit=1000");
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
