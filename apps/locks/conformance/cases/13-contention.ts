import { type Case, median, observed } from "../case.ts";
import { within } from "../eventually.ts";
import type { Interval } from "../worker-calls.ts";
import { contend, openContenders } from "./01-mutual-exclusion.ts";

const CONTENDERS = 10;

export const contention: Case = {
  number: 13,
  name: "Contention",
  title: "Ten contenders: fairness, and commands to Redis for each acquisition",
  gives: "observation",
  steps: [
    "Ten clients in two processes each acquire the same lock ten times, hold it for a millisecond and release it.",
    "Waits are measured by the clients, commands are counted by the proxies.",
  ],
  async run(bench) {
    const contenders = await openContenders(bench, CONTENDERS);
    const requests = () => contenders.reduce((sum, client) => sum + client.requests, 0);
    const before = requests();
    const began = performance.now();
    const rounds = bench.isQuick ? 2 : 10;
    const task = { lock: bench.lockName(), ttlMs: 5_000, waitMs: 30_000, holdMs: 1, rounds };
    const intervals = await within(contend(contenders, task), 300_000, "the contenders end");
    const tookMs = performance.now() - began;
    const waits = intervals.flatMap((each) => ("fromMs" in each ? [each.fromMs - each.askedAtMs] : []));
    if (waits.length === 0) return observed(`None of ${intervals.length} acquisitions was granted within 30 s.`);
    const ratio = Math.max(...waits) / median(waits);
    const commands = (requests() - before) / waits.length;
    const perSecond = waits.length / (tookMs / 1_000);
    const figures = {
      granted: waits.length,
      asked: intervals.length,
      longestWaitMs: Math.round(Math.max(...waits)),
      longestToMedian: round(ratio),
      commandsEach: round(commands),
      perSecond: round(perSecond),
    };
    return observed(
      `${figures.commandsEach} commands for each acquisition; the longest wait was ${figures.longestToMedian} times the median; ${figures.perSecond} acquisitions/s${waits.length < intervals.length ? `; ${intervals.length - waits.length} of ${intervals.length} were refused (${reasonOf(intervals)})` : ""}.`,
      { figures },
    );
  },
};

/** The last refusal's. */
const reasonOf = (intervals: readonly Interval[]) =>
  intervals.flatMap((each) => ("error" in each ? [each.error] : [])).at(-1);

const round = (value: number) => Number(value.toPrecision(2));
