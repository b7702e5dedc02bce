import { CROWD, type HandOver, type HandOverKind, handOverKinds, measureHandOver } from "../locks/hand-over.ts";
import type { Figure, Measure, Side } from "./figure.ts";
import { median, ratiosOf, takeTurns } from "./rounds.ts";

const CONTENDERS = CROWD.reduce((sum, count) => sum + count, 0);

/** P6: what is lost when many want the same lock, and how long they wait for it. */
export const measureLockContention: Measure = async (bench) => {
  const urls = bench.system.file.redis.map(({ url }) => url);
  const measure = (kind: HandOverKind, contenders?: readonly number[]) => () =>
    measureHandOver(urls, kind, bench.secondsEach, bench.signal, contenders);
  const [alone = [], ...crowds] = await takeTurns(bench, [
    measure("in-line", [1]),
    ...handOverKinds.map((kind) => measure(kind)),
  ]);
  const rounds = new Map(handOverKinds.map((kind, index) => [kind, crowds[index] ?? []]));
  const inLine = rounds.get("in-line") ?? [];
  const oneAlone = sideOf("one contender", 1, alone);
  const sides = [...rounds].map(([kind, handOvers]) => sideOf(kind, CONTENDERS, handOvers));
  const where = `${CROWD.join(", ")} contenders in ${CROWD.length} processes, one key; they hold it for as long as the release takes.`;
  const cycles: Figure = {
    id: "P6",
    what: `lock cycles/s with ${CONTENDERS} contenders on one key from ${CROWD.length} processes ÷ 1 contender`,
    goal: { atLeast: 0.8 },
    ratios: ratiosOf(
      inLine.map(({ cyclesPerSecond }) => cyclesPerSecond),
      oneAlone.perSecond,
    ),
    sides: [oneAlone, ...sides],
    notes: [
      where,
      "in-line: as the shop does it, each process's own queue and releases that wake; wake-up: no queue; polling: the package redlock 5 every 8 to 40 ms.",
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
