import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readSettings } from "../settings.ts";
import { StackError } from "../stack-error.ts";
import { readStackFile, type StackFile } from "../stack-file.ts";
import { startSystem } from "../system.ts";
import { brokenPromises, type Matrix, matrixTable, type StrategyFacts } from "./matrix-table.ts";

const POLL_MS = 500;
const MEASUREMENT_BOUND_MS = 600_000;

/**
 * `npm run matrix`: uses the running system of LAST_UNIT_HOME, or starts one. Resolves to the exit code: 0 if all
 * strategies that are declared safe pass, 1 otherwise.
 */
export async function matrix(
  root: string,
  { isJson, signal }: { isJson: boolean; signal: AbortSignal },
): Promise<number> {
  try {
    const { home } = readSettings(process.env, root);
    const running = await readStackFile(home);
    const measured = running
      ? await measure(running, signal)
      : await withOwnSystem(signal, (file) => measure(file, signal));
    const broken = brokenPromises(measured.matrix, measured.strategies);
    console.log(isJson ? JSON.stringify(measured.matrix, null, 2) : matrixTable(measured.matrix));
    for (const sentence of broken) console.error(`BROKEN PROMISE  ${sentence}`);
    return broken.length === 0 ? 0 : 1;
  } catch (error) {
    if (signal.aborted) return 1;
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function withOwnSystem<T>(signal: AbortSignal, use: (file: StackFile) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), "last-unit-matrix-"));
  try {
    const report = (line: string) => console.error(line);
    const system = await startSystem({ home, port: 0, lab: true, env: { LOG_LEVEL: "warn" }, report, signal });
    try {
      return await use(system.file);
    } finally {
      await system.stop();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function measure(file: StackFile, signal: AbortSignal): Promise<{ matrix: Matrix; strategies: StrategyFacts[] }> {
  const lab = <T>(method: "GET" | "POST", path: string) => ask<T>(file, method, path, signal);
  const strategies = await lab<StrategyFacts[]>("GET", "/strategies");
  const deadline = Date.now() + MEASUREMENT_BOUND_MS;
  let shown = "";
  for (let matrix = await lab<Matrix>("POST", "/matrix"); ; matrix = await lab<Matrix>("GET", "/matrix")) {
    const done = matrix.cells.filter((cell) => cell.result !== "not-measured").length;
    const progress = `${done} of ${matrix.cells.length} cells measured`;
    if (progress !== shown && process.stderr.isTTY) process.stderr.write(`\r${progress}`);
    shown = progress;
    if (!matrix.measuring) {
      if (process.stderr.isTTY) process.stderr.write("\n");
      return { matrix, strategies };
    }
    if (Date.now() > deadline) throw new StackError("The matrix was not measured within ten minutes.");
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function ask<T>(file: StackFile, method: string, path: string, signal: AbortSignal): Promise<T> {
  const url = `${file.url}/api/lab${path}`;
  const headers: Record<string, string> = file.labToken ? { authorization: `Bearer ${file.labToken}` } : {};
  let response: Response;
  try {
    response = await fetch(url, { method, headers, signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new StackError(
      "The system that stack.json describes does not answer; it was probably killed. Type: npm start",
      { cause },
    );
  }
  const body = (await response.json()) as { detail?: string };
  if (!response.ok) throw new StackError(body.detail ?? `${url} answered ${response.status}.`);
  return body as T;
}
