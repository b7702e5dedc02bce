import { fileURLToPath } from "node:url";
import { runInChild } from "../child.ts";
import type { Figure, Measure, Side } from "../figure.ts";
import { median, ratiosOf, takeTurns } from "../rounds.ts";
import type { CyclesAnswer, CyclesTask } from "./cycles-worker.ts";
import { type LockWayName, lockWays } from "./ways.ts";

const CLIENTS = 32;
const NODES = 5;
const worker = fileURLToPath(new URL("./cycles-worker.ts", import.meta.url));

/**
 * P5: what a quorum costs. Five nodes have five times one node's work, so five times as slow is what a Redlock would be
 * that wastes nothing and saves nothing.
 */
export const measureLockCycles: Measure = async (bench) => {
  const urls = bench.system.file.redis.map(({ url }) => url);
  const names = Object.keys(lockWays) as LockWayName[];
  const measure = (way: LockWayName) => () =>
    runInChild<CyclesTask, CyclesAnswer>(
      worker,
      { way, urls, clients: CLIENTS, milliseconds: bench.secondsEach * 1_000 },
      bench.signal,
    );
  const results = await takeTurns(bench, names.map(measure));
  const notes = [
    `${CLIENTS} clients in one process, each with a key of its own; SET NX is divided by ${NODES}.`,
    "Last Unit sends a node everything that one turn of the event loop asks of it as one command; the others send each lock's own, and ioredis pipelines only where a side says so.",
  ];
  const sides = new Map<LockWayName, Side>();
  for (const [index, name] of names.entries()) {
    const answers = results[index] ?? [];
    const missing = answers.find((answer) => "missing" in answer);
    if (missing) notes.push(`${name} could not be measured with Node ${process.versions.node}: ${missing.missing}`);
    else sides.set(name, sideOf(name, answers as Measured[]));
  }
  const [ours, one] = [sides.get("Last Unit"), sides.get("one node, SET NX")];
  if (!ours || !one) throw new Error(notes.slice(2).join(" "));
  const figure: Figure = {
    id: "P5",
    what: `Redlock cycles/s with own keys, ${CLIENTS} clients ÷ (one node's SET NX cycles/s ÷ ${NODES})`,
    goal: { atLeast: 0.9 },
    ratios: ratiosOf(ours.perSecond, one.perSecond).map((ratio) => ratio * NODES),
    sides: [...sides.values()],
    notes,
  };
  return figure;
};

type Measured = Exclude<CyclesAnswer, { missing: string }>;

const sideOf = (name: LockWayName, rounds: readonly Measured[]): Side => ({
  name,
  clients: CLIENTS,
  perSecond: rounds.map(({ perSecond }) => perSecond),
  latencyMs: {
    p50: median(rounds.map(({ latencyMs }) => latencyMs.p50)),
    p99: median(rounds.map(({ latencyMs }) => latencyMs.p99)),
  },
  errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
});
