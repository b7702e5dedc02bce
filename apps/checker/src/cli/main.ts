import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { type CheckResult, checkOperations } from "../check.ts";
import { drawSvg } from "../counterexample/draw-svg.ts";
import { drawText } from "../counterexample/draw-text.ts";
import { HistoryError } from "../history/history-error.ts";
import { type CommandOptions, parseOptions, UsageError, usage } from "./options.ts";
import { createProgress } from "./progress.ts";
import { type ReadHistory, readHistory } from "./read-history.ts";
import { asJson, asText } from "./report.ts";

const exitCodes = { linearizable: 0, "not-linearizable": 1, unknown: 3 } as const;
const badInput = 2;

/** Runs the command. Resolves to the process's exit code: see `usage`. Never rejects. */
export async function main(args: string[]): Promise<number> {
  let options: CommandOptions | undefined;
  try {
    options = parseOptions(args);
    if (!options) {
      console.log(usage);
      return 0;
    }
    const result = await checkFile(options);
    console.log(options.json ? asJson(result) : asText(result));
    const { counterexample } = result;
    if (options.svg && counterexample) await writeFile(options.svg, counterexample.svg);
    return exitCodes[result.verdict];
  } catch (error) {
    console.error(inWords(error, options?.file ?? "standard input"));
    return badInput;
  }
}

async function checkFile(options: CommandOptions): Promise<CheckResult> {
  const progress = createProgress(process.stderr.isTTY ?? false);
  const source = options.file === undefined ? process.stdin : createReadStream(options.file);
  const onEvents = (events: number) => progress.say(`${events.toLocaleString("en")} events read`);
  const onProgress = (count: number) => progress.say(`searching: ${count.toLocaleString("en")} configurations`);
  try {
    const history = await readHistory(source, options, onEvents);
    if (history.kind === "streamed") return resultOfStream(history);
    const { model, modelOptions, operations } = history;
    const { timeMs, memoryMb } = options;
    return checkOperations(operations, { ...modelOptions, model, timeMs, memoryMb, onProgress });
  } finally {
    progress.end();
  }
}

/** Only what is certain: a broken condition is a verdict, and no broken condition is none. */
function resultOfStream({ operations, report }: ReadHistory & { kind: "streamed" }): CheckResult {
  const [violation] = report.violations;
  if (!violation) {
    const reason =
      "the conditions that need no search all hold, and no search was made (--conditions, or too many operations)";
    return { verdict: "unknown", reason, operations };
  }
  const counterexample = {
    operations: violation.operations,
    context: [],
    isMinimal: false,
    sentences: [violation.sentence],
    svg: drawSvg(violation.operations, violation.operations.at(-1)),
    text: drawText(violation.operations, violation.operations.at(-1)),
  };
  return { verdict: "not-linearizable", counterexample, operations };
}

/** One sentence, never a stack trace. */
function inWords(error: unknown, file: string): string {
  if (error instanceof UsageError) return `${error.message} See --help.`;
  if (error instanceof HistoryError) return `${file}: ${error.message}`;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return `${file}: there is no such file.`;
  if (code === "EISDIR") return `${file}: this is a folder; a file was expected.`;
  if (code === "EACCES") return `${file}: this file may not be read.`;
  return `${file}: the check broke off: ${message}`;
}
