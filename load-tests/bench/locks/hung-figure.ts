import { quorum } from "@last-unit/locks/quorum";
import { redlock } from "@last-unit/locks/redlock";
import type { Bench, Figure } from "../figure.ts";
import { measureHungNode } from "./hung-node.ts";

const CYCLES_A_ROUND = 50;
/** The npm package, and our own. */
const guards = { redlock, quorum };

/** What one hung Redis instance of five costs a lock that nobody else wants, for both Redlock guards. */
export async function measureHung({ system, rounds, signal }: Bench): Promise<Figure[]> {
  const urls = system.file.redis.map(({ url }) => url);
  const figures: Figure[] = [];
  for (const [name, open] of Object.entries(guards)) {
    const measured = [];
    for (let round = 0; round < rounds; round += 1) {
      measured.push(await measureHungNode(open, urls, system.services, CYCLES_A_ROUND, signal));
    }
    const side = (what: string, times: number[]) => ({
      name: what,
      clients: 1,
      perSecond: times.map((milliseconds) => 1_000 / milliseconds),
    });
    figures.push({
      id: `hung ${name}`,
      what: `median time to acquire an uncontended lock of the guard ${name} with one of five Redis instances stopped (SIGSTOP) ÷ with all of them`,
      goal: { atMost: 2 },
      ratios: measured.map(({ ratio }) => ratio),
      sides: [
        side(
          "one instance stopped",
          measured.map(({ hungMs }) => hungMs),
        ),
        side(
          "all instances answer",
          measured.map(({ healthyMs }) => healthyMs),
        ),
      ],
    });
  }
  return figures;
}
