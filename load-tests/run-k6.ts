import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { K6Summary } from "./results.ts";

const scenario = fileURLToPath(new URL("./scenarios/checkout.ts", import.meta.url));

export interface K6Run {
  k6: string;
  strategy: string;
  sku: string;
  replicaUrls: string[];
  clients: number;
  buyers: number;
  /**
   * Where `<strategy>.json` (what is compared), `<strategy>.k6.json` (all that k6 measured) and `<strategy>.console` (a line
   * for each checkout) go.
   */
  folder: string;
  signal: AbortSignal;
  progress(checkoutsDone: number): void;
}

/** @throws when k6 cannot be started, is interrupted, or ends without its figures; the message carries its last words. */
export async function runK6(run: K6Run): Promise<K6Summary> {
  const summaryFile = join(run.folder, `${run.strategy}.json`);
  const { code, lastWords } = await k6Process(run, {
    REPLICAS: run.replicaUrls.join(","),
    SKU: run.sku,
    // k6 refuses more virtual users than iterations.
    CLIENTS: String(Math.min(run.clients, run.buyers)),
    BUYERS: String(run.buyers),
    SUMMARY_FILE: summaryFile,
    RAW_FILE: join(run.folder, `${run.strategy}.k6.json`),
  });
  run.signal.throwIfAborted();
  // 99: a threshold was crossed. The comparison has its own judgement.
  if (code !== 0 && code !== 99) throw new Error(`k6 ended with code ${code} on ${run.strategy}:\n${lastWords}`);
  const summary = JSON.parse(await readFile(summaryFile, "utf8")) as K6Summary;
  if (summary.checkouts === run.buyers) return summary;
  throw new Error(`k6 made ${summary.checkouts} checkouts on ${run.strategy} instead of ${run.buyers}:\n${lastWords}`);
}

export const consoleFile = ({ folder, strategy }: Pick<K6Run, "folder" | "strategy">) =>
  join(folder, `${strategy}.console`);

const consoleTo = (run: K6Run) => ["--console-output", consoleFile(run), "--log-format", "raw"];

function k6Process(run: K6Run, env: Record<string, string>): Promise<{ code: number | null; lastWords: string }> {
  const child = spawn(run.k6, ["run", "--no-color", "--address", "127.0.0.1:0", ...consoleTo(run), scenario], {
    env: { ...process.env, ...env, K6_NO_USAGE_REPORT: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => child.kill("SIGKILL");
  run.signal.addEventListener("abort", stop, { once: true });
  let lastWords = "";
  const listen = (chunk: Buffer) => {
    const text = chunk.toString();
    lastWords = (lastWords + text).slice(-2_000);
    // running (02.0s), 24/24 VUs, 120 complete and 0 interrupted iterations
    const done = [...text.matchAll(/(\d+) complete and/g)].at(-1)?.[1];
    if (done) run.progress(Number(done));
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, lastWords }));
  }).finally(() => run.signal.removeEventListener("abort", stop)) as Promise<{
    code: number | null;
    lastWords: string;
  }>;
}
