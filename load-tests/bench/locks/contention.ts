import type { Figure, Measure, Side } from "../figure.ts";
import { median, ratiosOf, takeTurns } from "../rounds.ts";
import { CROWD, type HandOver, type HandOverKind, handOverKinds, measureHandOver } from "./hand-over.ts";

const CONTENDERS = CROWD.reduce((sum, count) => sum + count, 0);

/** P6: what is lost when many want the same lock, and how long they wait for it. */
export const measureLockContention: Measure = async (bench) => {
  const urls = bench.system.file.redis.map(({ url }) => url);
  const measure = (kind: HandOverKind, contenders?: readonly number[]) => () =>
    measureHandOver(urls, kind, bench.secondsEach, bench.signal, contenders);
  // The other ways of handing over take as long again each, and no goal depends on them.
  const kinds = bench.only?.includes("locks") ? handOverKinds : (["in-line", "redlock"] as const);
  const [alone = [], packageAlone = [], ...crowds] = await takeTurns(bench, [
    measure("in-line", [1]),
    measure("redlock", [1]),
    ...kinds.map((kind) => measure(kind)),
  ]);
  const rounds = new Map<HandOverKind, HandOver[]>(kinds.map((kind, index) => [kind, crowds[index] ?? []]));
  const inLine = rounds.get("in-line") ?? [];
  const oneAlone = sideOf("one contender", 1, alone);
  const sides = [...rounds].map(([kind, handOvers]) => sideOf(kind, CONTENDERS, handOvers));
  const where = `${CROWD.join(", ")} contenders in ${CROWD.length} processes, one key; they hold it for as long as the release takes.`;
  const cycles: Figure = {
    id: "P6",
    what: `lock cycles/s with ${CONTENDERS} clients on one key from ${CROWD.length} processes ÷ 1 client`,
    goal: { atLeast: 0.8 },
    ratios: ratiosOf(
      inLine.map(({ cyclesPerSecond }) => cyclesPerSecond),
      oneAlone.perSecond,
    ),
    sides: [oneAlone, sideOf("redlock, one contender", 1, packageAlone), ...sides],
    notes: [
      where,
      "in-line: the guard quorum, each process's own queue and releases that wake; redlock: the same around the npm package, as the shop does it. With --only locks also wake-up: no queue; and polling: the package alone, every 8 to 40 ms.",
      "A lone contender pays two rounds of requests a cycle; in a queue, one's release and the next one's acquire go in one.",
    ],
  };
  const wait: Figure = {
    id: "P6 wait",
    what: `the p99 wait for that key ÷ the mean hold`,
    goal: { atMost: 50 },
    ratios: inLine.map(({ p99WaitMs, meanHoldMs }) => p99WaitMs / meanHoldMs),
    sides: sides.slice(0, 1),
    notes: [
      "A hold is the time from the acquire's resolution to the end of the release, in the same run; a wait is the whole acquire.",
      `With ${CONTENDERS} in line, everybody waits for ${CONTENDERS - 1} others even where nothing is lost.`,
    ],
  };
  return [cycles, wait];
};

const sideOf = (name: string, clients: number, rounds: readonly HandOver[]): Side => ({
  name,
  clients,
  perSecond: rounds.map(({ cyclesPerSecond }) => cyclesPerSecond),
  latencyMs: {
    p50: median(rounds.map(({ p50WaitMs }) => p50WaitMs)),
    p99: median(rounds.map(({ p99WaitMs }) => p99WaitMs)),
  },
  extras: {
    "mean hold, ms": median(rounds.map(({ meanHoldMs }) => meanHoldMs)),
    "longest wait, ms": Math.max(...rounds.map(({ longestWaitMs }) => longestWaitMs)),
    ...(clients > 1 && {
      "smallest share of a process": Math.min(...rounds.map(({ smallestShare }) => smallestShare)),
    }),
  },
});
