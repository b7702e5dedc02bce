import { parseArgs } from "node:util";
import { type ModelName, type ModelOptions, modelNames } from "../models/models.ts";

export interface CommandOptions {
  /** Absent: standard input. */
  readonly file?: string;
  /** Absent: as the history says in its first line. */
  readonly model?: ModelName;
  readonly modelOptions: ModelOptions;
  readonly format?: "json" | "edn";
  /** Only the conditions that need no search, for a stock. */
  readonly conditions: boolean;
  readonly svg?: string;
  readonly json: boolean;
  readonly timeMs: number;
  readonly memoryMb: number;
}

/** A flag that the person typed wrongly. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = `Check whether a history is linearizable: could a correct system have given these answers?

  last-unit-check [FILE] --model MODEL [flags]

  FILE               JSON (one event per line, or an array of events) or Jepsen's EDN; plain or gzipped; standard input if
                     omitted or -
  --model MODEL      ${modelNames.join(", ")}; not needed if the file's first line states it with the initial state,
                     as a history from the lab's race page does
  --initial K=V      initial state: --initial lamp=1 --initial chair=5, or lamp=1,chair=5
                     stock: units of each SKU; register: the value of each key
  --edition SKU=N    stock: how many units of a SKU exist, if some were sold before (default: the initial stock)
  --ttl MS           mutex: TTL in milliseconds of leases that state none
  --format F         json or edn (default: detected from the first characters)
  --conditions       stock: check only the conditions that need no search, while reading; if they hold, the exit code is 3
  --svg FILE         write a drawing of the counterexample
  --json             print the result as JSON
  --time S           seconds for the search (default 60)
  --memory MB        megabytes for the states that the search has visited (default 512)
  --help             this text

Exit codes: 0 linearizable; 1 not linearizable; 2 invalid history or flag; 3 unknown: a limit was reached.`;

const flags = {
  model: { type: "string" },
  initial: { type: "string", multiple: true },
  edition: { type: "string", multiple: true },
  ttl: { type: "string" },
  format: { type: "string" },
  conditions: { type: "boolean" },
  svg: { type: "string" },
  json: { type: "boolean" },
  time: { type: "string" },
  memory: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** @returns `undefined` where help was asked for. @throws UsageError */
export function parseOptions(args: string[]): CommandOptions | undefined {
  const { values, positionals } = readFlags(args);
  if (values.help) return undefined;
  if (positionals.length > 1) throw new UsageError(`One file at a time; ${positionals.length} were given.`);
  const [file] = positionals;
  const model = modelNames.find((name) => name === values.model);
  if (!model && values.model !== undefined) {
    const given = JSON.stringify(values.model);
    throw new UsageError(`There is no model ${given}; one of ${modelNames.join(", ")} was expected.`);
  }
  if (values.format !== undefined && values.format !== "json" && values.format !== "edn") {
    throw new UsageError(`--format is ${values.format}; json or edn was expected.`);
  }
  const ttlMs = positive("--ttl", values.ttl);
  return {
    file: file === "-" ? undefined : file,
    model,
    modelOptions: {
      initial: pairs("--initial", values.initial, model === "stock" ? wholeNumber : anyValue),
      edition: pairs("--edition", values.edition, wholeNumber),
      ttlNs: ttlMs === undefined ? undefined : ttlMs * 1e6,
    },
    format: values.format,
    conditions: values.conditions ?? false,
    svg: values.svg,
    json: values.json ?? false,
    timeMs: (positive("--time", values.time) ?? 60) * 1000,
    memoryMb: positive("--memory", values.memory) ?? 512,
  };
}

function readFlags(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: true });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const [sentence = ""] = cause.message.split(". ");
    const known = Object.keys(flags).map((flag) => `--${flag}`);
    throw new UsageError(`${sentence.replace(/\.$/, "")}; there are ${known.join(", ")}.`, { cause });
  }
}

function pairs<T>(
  flag: string,
  given: string[] | undefined,
  read: (flag: string, text: string) => T,
): Record<string, T> {
  const all = (given ?? [])
    .flatMap((text) => text.split(","))
    .map((pair): [string, T] => {
      // A SKU may contain a sign of equality, a number does not.
      const sign = pair.lastIndexOf("=");
      if (sign < 1)
        throw new UsageError(`${flag} is ${JSON.stringify(pair)}; a name and a value were expected, as in lamp=1.`);
      return [pair.slice(0, sign), read(flag, pair.slice(sign + 1))];
    });
  return Object.fromEntries(all);
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new UsageError(`${flag} has ${JSON.stringify(text)}; a whole number was expected.`);
  return Number(text);
}

/** JSON where it is some, as `null` and `3` are, and otherwise the text itself. */
function anyValue(_flag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function positive(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(number > 0) || !Number.isFinite(number)) {
    throw new UsageError(`${flag} is ${JSON.stringify(text)}; a number above 0 was expected.`);
  }
  return number;
}
