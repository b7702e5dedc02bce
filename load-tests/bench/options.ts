import { parseArgs } from "node:util";
import { UsageError } from "../options.ts";

export interface BenchOptions {
  /** Figures and groups to measure; absent: the table. */
  only?: string[];
  /** A commit of this repository. */
  against?: string;
  rounds: number;
  secondsEach: number;
  help: boolean;
}

export const usage = (
  names: readonly string[],
) => `Measure ratios: against another commit, against peers and limits. The two sides of a ratio take turns.

  npm run bench -- [flags]

  --against REF    a commit, tag or branch: clones, builds and measures it beside this build (D1 to D4, P7 default)
  --only D1,locks  only these figures or groups, of ${names.join(", ")}
                   (default: table; some figures are measured together)
  --rounds N       how often the sides take turns, 1 to 50 (default 5)
  --seconds N      how long each side is measured in a round, 1 to 120 (default 2)
  --quick          2 rounds of 1 second: to see that it works
  --help           this text

The table takes about ten minutes with --against, the guards five, the locks three.
Exit codes: 0 all was measured; 1 something could not be; 2 a flag is wrong.`;

/** @throws UsageError on an unknown flag, an unknown figure or a value out of range. */
export function parseBenchOptions(args: string[], names: readonly string[]): BenchOptions {
  const values = readFlags(args);
  const only = values.only?.split(",").map((name) => name.trim());
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no figure or group ${JSON.stringify(unknown)}; there are ${names.join(", ")}.`);
  }
  if (values.against?.trim() === "") throw new UsageError("--against wants a commit, a tag or a branch.");
  return {
    only,
    against: values.against,
    rounds: wholeNumber("--rounds", values.rounds, 50) ?? (values.quick ? 2 : 5),
    secondsEach: wholeNumber("--seconds", values.seconds, 120) ?? (values.quick ? 1 : 2),
    help: values.help ?? false,
  };
}

function readFlags(args: string[]) {
  const flag = { type: "string" } as const;
  const options = {
    only: flag,
    against: flag,
    rounds: flag,
    seconds: flag,
    quick: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args, allowPositionals: false, options }).values;
  } catch (cause) {
    const [sentence = ""] = (cause as Error).message.split(/\.\s/);
    throw new UsageError(`${sentence.replace(/\.$/, "")}.`, { cause });
  }
}

function wholeNumber(flag: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= 1 && number <= most) return number;
  throw new UsageError(`${flag} wants a whole number from 1 to ${most}, not ${JSON.stringify(value)}.`);
}
