import { parseArgs } from "node:util";
import { UsageError } from "../options.ts";

export interface BenchOptions {
  /** Figures to measure; absent: all. */
  only?: string[];
  rounds: number;
  secondsEach: number;
  help: boolean;
}

export const usage = (ids: readonly string[]) => `Measure ratios against peers and limits, the two sides in turns.

  npm run bench -- [flags]

  --only P1,P2     only these figures, of ${ids.join(", ")} (some are measured together)
  --rounds N       how often the sides take turns, 1 to 50 (default 5)
  --seconds N      how long each side is measured in a round, 1 to 120 (default 4)
  --quick          2 rounds of 2 seconds: to see that it works
  --help           this text

Exit codes: 0 all was measured; 1 something could not be; 2 a flag is wrong.`;

/** @throws UsageError on an unknown flag, an unknown figure or a value out of range. */
export function parseBenchOptions(args: string[], ids: readonly string[]): BenchOptions {
  const values = readFlags(args);
  const only = values.only?.split(",").map((id) => id.trim());
  const unknown = only?.find((id) => !ids.includes(id));
  if (unknown !== undefined)
    throw new UsageError(`There is no figure ${JSON.stringify(unknown)}; there are ${ids.join(", ")}.`);
  return {
    only,
    rounds: wholeNumber("--rounds", values.rounds, 50) ?? (values.quick ? 2 : 5),
    secondsEach: wholeNumber("--seconds", values.seconds, 120) ?? (values.quick ? 2 : 4),
    help: values.help ?? false,
  };
}

function readFlags(args: string[]) {
  const flag = { type: "string" } as const;
  const options = {
    only: flag,
    rounds: flag,
    seconds: flag,
    quick: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args, allowPositionals: false, options }).values;
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message.split(/\.\s/)[0]}; --help lists the flags.`, { cause });
  }
}

function wholeNumber(flag: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= 1 && number <= most) return number;
  throw new UsageError(`${flag} wants a whole number from 1 to ${most}, not ${JSON.stringify(value)}.`);
}
