import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "./options.ts";
import type { StrategyInfo } from "./results.ts";
import type { TargetSystem } from "./system.ts";

/** A busy machine answers a strategy's probe late now and then; what is left out has been asked for this often. */
const AVAILABILITY_TRIES = 5;

/**
 * The strategies that are wanted and can run here, and those that cannot, with the reason.
 *
 * @throws UsageError if a wanted strategy does not exist; Error if none can run.
 */
export async function chooseStrategies(
  system: TargetSystem,
  wanted: string[] | undefined,
  say: (line: string) => void,
  signal: AbortSignal,
) {
  const isWanted = ({ name }: StrategyInfo) => wanted === undefined || wanted.includes(name);
  let known = await system.lab.strategies();
  for (
    let tries = 1;
    tries < AVAILABILITY_TRIES && known.some((info) => isWanted(info) && !info.available);
    tries += 1
  ) {
    await sleep(1_000, undefined, { signal });
    known = await system.lab.strategies();
  }
  const unknown = wanted?.find((name) => !known.some((info) => info.name === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no strategy ${JSON.stringify(unknown)}; there are ${known.map((i) => i.name).join(", ")}.`,
    );
  }
  const chosen = known.filter(isWanted);
  const leftOut = chosen.filter((info) => !info.available).map(({ name, reason }) => ({ name, reason }));
  for (const { name, reason } of leftOut) say(`  ${name} is left out: ${reason}`);
  const runnable = chosen.filter((info) => info.available);
  if (runnable.length === 0) throw new Error("None of these strategies can run here.");
  return { strategies: runnable, leftOut };
}
