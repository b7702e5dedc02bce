import { readFile, writeFile } from "node:fs/promises";
import { type CheckResult, checkHistory, type HistoryEvent, historyLine, setupLine } from "@last-unit/checker";
import { type Outcome, outcomes } from "./results.ts";

/** What the k6 scenario writes for each checkout: its number, when it was sent and answered in milliseconds, and the answer. */
type Seen = [iteration: number, fromMs: number, toMs: number, outcome: Outcome, units: number[]];

/** Refusals that leave open whether the order was placed. All other ones certainly did nothing. */
const openEnds: readonly Outcome[] = ["NO_ANSWER", "DATABASE_UNAVAILABLE", "OTHER"];
const SEARCH_MS = 10_000;
const MEMORY_MB = 256;

/** The history of a k6 run, as its clients saw it. Lines that are none of the scenario's are passed over. */
export function toHistory(consoleOutput: string, sku: string): HistoryEvent[] {
  return consoleOutput
    .split("\n")
    .map(toSeen)
    .flatMap((seen) => (seen ? toEvents(seen, sku) : []))
    .sort((a, b) => a.time - b.time || Number(a.type !== "invoke") - Number(b.type !== "invoke"));
}

/** Writes the history beside the figures and judges it. */
export async function judgeHistory(
  consoleFile: string,
  historyFile: string,
  { sku, stock, checkouts }: { sku: string; stock: number; checkouts: number },
): Promise<CheckResult> {
  const history = toHistory(await readFile(consoleFile, "utf8"), sku);
  const setup = setupLine({ model: "stock", initial: { [sku]: stock } });
  await writeFile(historyFile, setup + history.map(historyLine).join(""));
  const calls = history.length / 2;
  if (calls !== checkouts) {
    const reason = `k6 recorded ${calls} of ${checkouts} checkouts`;
    return { verdict: "unknown", reason, operations: calls };
  }
  const bounds = { timeMs: SEARCH_MS, minimiseMs: SEARCH_MS, memoryMb: MEMORY_MB };
  return checkHistory(history, { model: "stock", initial: { [sku]: stock }, ...bounds });
}

function toSeen(line: string): Seen | undefined {
  if (!line.startsWith("[")) return undefined;
  try {
    const [iteration, fromMs, toMs, outcome, units] = JSON.parse(line) as Seen;
    const isSeen =
      [iteration, fromMs, toMs].every(Number.isFinite) && outcomes.includes(outcome) && Array.isArray(units);
    return isSeen ? [iteration, fromMs, toMs, outcome, units] : undefined;
  } catch {
    return undefined;
  }
}

function toEvents([process, fromMs, toMs, outcome, units]: Seen, sku: string): HistoryEvent[] {
  const value = { sku, quantity: 1 };
  const call = { process, f: "reserve" };
  const asked = { ...call, time: Math.round(fromMs * 1e6), type: "invoke" as const, value };
  const time = Math.round(toMs * 1e6);
  if (outcome === "RESERVED")
    return [asked, { ...call, time, type: "ok", value: { ...value, outcome: "reserved", units } }];
  if (outcome === "OUT_OF_STOCK")
    return [asked, { ...call, time, type: "ok", value: { ...value, outcome: "sold-out" } }];
  return [asked, { ...call, time, type: openEnds.includes(outcome) ? "info" : "fail", value }];
}
