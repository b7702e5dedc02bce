import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Case } from "./case.ts";
import { cases } from "./cases/index.ts";
import { builtInNames } from "./subjects.ts";

export interface Options {
  /** Names of built-in adapters; undefined: all. */
  only: readonly string[] | undefined;
  cases: readonly Case[];
  adapterFile: string | undefined;
  isQuick: boolean;
  isJson: boolean;
  /** Runs the broken adapters instead, and says which cases find them. */
  defects: boolean;
  /** Keeps the report in the repository, and writes docs/redlock-packages.md from it. */
  record: boolean;
}

export const usage = `Test Redlock packages for Node.js against five real Redis nodes whose network and memory fail on purpose.

  npm run conformance -- [flags]

  --only NAMES     comma-separated, of: ${builtInNames.join(", ")}
  --adapter FILE   an adapter of yours (see apps/locks/conformance/README.md), instead of the built-in ones
  --case NUMBERS   comma-separated, 1 to ${cases.length} (default: all)
  --quick          fewer cycles and contenders
  --json           print the report as JSON
  --defects        run adapters with a known defect each: which cases find it
  --record         keep the report in the repository, and write docs/redlock-packages.md from it
  --help           this text

The exit code is 0 when every case ran, whatever it found; with --adapter it is 1 when a case failed.`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws UsageError with a sentence that names the flag. */
export function readOptions(args: string[]): Options | "help" {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  let values: Partial<Record<"only" | "case" | "adapter", string>> & Partial<Record<string, unknown>>;
  try {
    const options = { only: text, adapter: text, case: text, quick: flag, json: flag, defects: flag, record: flag };
    ({ values } = parseArgs({ args, options: { ...options, help: flag } }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (values.help) return "help";
  if (values.adapter !== undefined && values.only !== undefined) {
    throw new UsageError("--adapter runs the adapters of one file: --only has no meaning with it.");
  }
  if (values.record && (values.adapter ?? values.only ?? values.case ?? values.quick ?? values.defects)) {
    throw new UsageError("--record keeps a full run: it goes with no flag but --json.");
  }
  return {
    only: values.only === undefined ? undefined : namesOf(values.only),
    cases: values.case === undefined ? cases : casesOf(values.case),
    adapterFile: values.adapter === undefined ? undefined : resolve(values.adapter),
    isQuick: values.quick === true,
    isJson: values.json === true,
    defects: values.defects === true,
    record: values.record === true,
  };
}

function namesOf(list: string): string[] {
  const names = list.split(",");
  const unknown = names.find((name) => !builtInNames.some((each) => each === name));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: there is ${builtInNames.join(", ")}.`);
  return names;
}

function casesOf(list: string): Case[] {
  return list.split(",").map((text) => {
    const found = cases.find(({ number }) => String(number) === text);
    if (!found) throw new UsageError(`--case ${text}: the cases are 1 to ${cases.length}.`);
    return found;
  });
}
