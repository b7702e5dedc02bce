// Operations per second, side by side with Porcupine, on the same histories in the same run. From the root of the clone:
//   npx tsx apps/checker/bench/compare.ts
// It builds the Go program beside it (Go and its module proxy are needed). Only the check itself is measured, without reading
// the file: the best of several runs on one core for each. Porcupine checks parts at the same time; here there is one part.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkHistory, checkLinearizable, historyLine, pairEvents, stockModel } from "../src/index.ts";
import { simulate } from "../test/simulate.ts";
import type { Fault } from "../test/simulated-shop.ts";

const secondsUp = 3;
const folder = mkdtempSync(join(tmpdir(), "checker-bench-"));
const goFolder = new URL("./porcupine", import.meta.url).pathname;
const program = join(folder, "porcupine-bench");

interface Row {
  readonly operations: number;
  readonly buyers: number;
  readonly infoShare: number;
  readonly fault?: Fault;
}

const rows: Row[] = [200, 2000].flatMap((operations) =>
  [2, 5, 10, 30].flatMap((buyers) =>
    [0, 0.02].flatMap((infoShare) =>
      [undefined, "premature-sold-out" as const].map((fault) => ({ operations, buyers, infoShare, fault })),
    ),
  ),
);

try {
  execFileSync("go", ["build", "-o", program, "."], { cwd: goFolder, stdio: "inherit" });
  console.log(
    "operations  buyers  info   verdict           ours op/s  Porcupine op/s  ratio  checkHistory() op/s  its ratio",
  );
  for (const row of rows) console.log(measure(row));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(row: Row): string {
  const { events, initial } = simulate({ ...row, seed: 1, stock: Math.ceil(row.operations * 0.8), quantity: 3 });
  const { operations } = pairEvents(events);
  const file = join(folder, "history.jsonl");
  writeFileSync(file, events.map(historyLine).join(""));
  const answer = execFileSync(program, {
    input: JSON.stringify({ file, initial, seconds: secondsUp }),
    env: { ...process.env, GOMAXPROCS: "1" },
  });
  const theirs: { verdict: string; seconds: number } = JSON.parse(answer.toString());
  const model = stockModel({ initial });
  const ours = best(() => checkLinearizable(operations, model, { timeMs: secondsUp * 1000 }).verdict);
  // The whole answer as the command gives it, conditions first and the counterexample made short.
  const whole = best(() => checkHistory(events, { model: "stock", initial, timeMs: secondsUp * 1000 }).verdict);
  if (
    theirs.verdict !== ours.verdict &&
    ![theirs.verdict, ours.verdict].some((verdict) => /unknown|memory/.test(verdict))
  ) {
    throw new Error(`Porcupine says ${theirs.verdict}, we say ${ours.verdict}`);
  }
  const rate = (seconds: number) => operations.length / seconds;
  const known = (verdict: string, seconds: number) =>
    /unknown|memory/.test(verdict) ? verdict : Math.round(rate(seconds)).toLocaleString("en");
  const bound = /unknown|memory/.test(theirs.verdict) ? "> " : "";
  const ratio = ours.verdict === "unknown" ? "–" : bound + ((theirs.seconds || secondsUp) / ours.seconds).toFixed(2);
  const checked =
    whole.verdict === "unknown" ? "–" : bound + ((theirs.seconds || secondsUp) / whole.seconds).toFixed(2);
  return [
    String(row.operations).padStart(10),
    String(row.buyers).padStart(6),
    `${row.infoShare * 100} %`.padStart(4),
    whole.verdict.padEnd(16),
    known(ours.verdict, ours.seconds).padStart(9),
    known(theirs.verdict, theirs.seconds).padStart(14),
    ratio.padStart(7),
    known(whole.verdict, whole.seconds).padStart(12),
    checked.padStart(7),
  ].join("  ");
}

function best(check: () => string): { verdict: string; seconds: number } {
  let shortest = Number.POSITIVE_INFINITY;
  let verdict = "";
  for (let total = 0, runs = 0; total < 0.5 && runs < 50; runs += 1) {
    const begun = performance.now();
    verdict = check();
    const seconds = (performance.now() - begun) / 1000;
    shortest = Math.min(shortest, seconds);
    total += seconds;
  }
  return { verdict, seconds: shortest };
}
