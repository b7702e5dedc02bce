import { parseArgs } from "node:util";

export interface LoadOptions {
  /** Names of the strategies to compare; absent: every one that the system can run. */
  strategies?: string[];
  /** How often each strategy is measured. */
  rounds: number;
  /** Checkouts fired at each strategy in a round. */
  buyers: number;
  /** Units of the fresh product that each strategy sells. */
  stock: number;
  /** k6 virtual users: checkouts that are under way at the same moment. */
  clients: number;
  /** Pause between reading the stock and writing it, in milliseconds. It widens the race's window. */
  thinkTimeMs: number;
  /** A running system; absent: one of its own, on free ports and in a home that is removed afterwards. */
  url?: string;
  /** The running system's stack.json, from which the replicas' own addresses are read. */
  stackFile?: string;
  /** Folder for the report and the raw figures; absent: reports/load/<timestamp> in the home. */
  out?: string;
  help: boolean;
}

/** A flag that the person typed wrongly. The message is one sentence, fit to be shown as it is. */
export class UsageError extends Error {
  override name = "UsageError";
}

// Far fewer units than buyers and a pause inside the race's window: unlocked then oversells every time, on any machine.
const settled = { rounds: 3, buyers: 1_000, stock: 300, clients: 32, thinkTimeMs: 5 };
const quick = { rounds: 1, buyers: 240, stock: 80, clients: 24, thinkTimeMs: 5 };

export const usage = `Compare the checkout strategies under load, with k6.

  npm run load -- [flags]

  --quick              a small comparison, a few seconds for each strategy (one round, ${quick.buyers} buyers, ${quick.stock} units, ${quick.clients} clients)
  --strategies a,b     only these strategies (default: all that are available)
  --rounds N           how often each strategy is measured, in changing order, 1 to 20 (default ${settled.rounds})
  --buyers N           checkouts per strategy and round, 1 to 100000 (default ${settled.buyers})
  --stock N            units for sale per strategy and round, 1 to 1000000 (default ${settled.stock})
  --clients N          checkouts under way at the same moment, 1 to 1000 (default ${settled.clients})
  --think-time MS      pause between reading and writing the stock, 0 to 2000 (default ${settled.thinkTimeMs})
  --url URL            test a running system instead of starting one (LAB_TOKEN is sent when it is set)
  --stack-file FILE    test the running system that this stack.json describes
  --out FOLDER         where the report goes (default .last-unit/reports/load/<timestamp>)
  --help               this text

Exit codes: 0 all as promised; 1 a promise was broken; 2 a flag is wrong.`;

/** @throws UsageError on an unknown flag or a value out of range. */
export function parseOptions(args: string[]): LoadOptions {
  const values = readFlags(args);
  const defaults = values.quick ? quick : settled;
  if (values.url !== undefined && values["stack-file"] !== undefined) {
    throw new UsageError("Give --url or --stack-file, not both.");
  }
  return {
    strategies: values.strategies === undefined ? undefined : strategyNames(values.strategies),
    rounds: wholeNumber("--rounds", values.rounds, 1, 20) ?? defaults.rounds,
    buyers: wholeNumber("--buyers", values.buyers, 1, 100_000) ?? defaults.buyers,
    stock: wholeNumber("--stock", values.stock, 1, 1_000_000) ?? defaults.stock,
    clients: wholeNumber("--clients", values.clients, 1, 1_000) ?? defaults.clients,
    thinkTimeMs: wholeNumber("--think-time", values["think-time"], 0, 2_000) ?? defaults.thinkTimeMs,
    url: values.url === undefined ? undefined : httpAddress(values.url),
    stackFile: values["stack-file"],
    out: values.out,
    help: values.help ?? false,
  };
}

function readFlags(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: false,
      options: {
        quick: { type: "boolean" },
        strategies: { type: "string" },
        rounds: { type: "string" },
        buyers: { type: "string" },
        stock: { type: "string" },
        clients: { type: "string" },
        "think-time": { type: "string" },
        url: { type: "string" },
        "stack-file": { type: "string" },
        out: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const sentence = cause.message.split(/\.\s/)[0] ?? cause.message;
    throw new UsageError(`${sentence.replace(/\.$/, "")}.`, { cause });
  }
}

function wholeNumber(flag: string, value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`${flag} wants a whole number from ${min} to ${max}, not ${JSON.stringify(value)}.`);
}

function strategyNames(value: string): string[] {
  const names = value.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return [...new Set(names)];
  throw new UsageError(`--strategies wants names with commas between them, not ${JSON.stringify(value)}.`);
}

function httpAddress(value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value.replace(/\/+$/, "");
  throw new UsageError(`--url wants an address like http://localhost:3000, not ${JSON.stringify(value)}.`);
}
