import { type ModelName, modelNames } from "../models/models.ts";
import { show } from "./event.ts";
import { HistoryError } from "./history-error.ts";

/** What a history states about itself, so that it can be checked without flags. */
export interface Setup {
  readonly model: ModelName;
  /** What was there at first: units of each SKU, or the value of each register. */
  readonly initial?: Readonly<Record<string, unknown>>;
}

/**
 * The first line of a history that says what it is of. Jepsen's readers, and all that judge only numbered processes, pass
 * over what the nemesis does.
 */
export function setupLine(setup: Setup): string {
  return `${JSON.stringify({ time: 0, process: "nemesis", type: "info", f: "setup", value: setup })}\n`;
}

/**
 * The set-up that a line of the nemesis names; `undefined` for anything else that it does.
 * @throws HistoryError where there is no such model.
 */
export function setupOf(event: object, line: number): Setup | undefined {
  const { f, value } = event as { f?: unknown; value?: unknown };
  if (f !== "setup" || typeof value !== "object" || value === null || !("model" in value)) return undefined;
  const { model, initial } = value as Record<string, unknown>;
  const known = modelNames.find((name) => name === model);
  if (!known) {
    throw new HistoryError(
      `the setup has the model ${show(model)}; one of ${modelNames.join(", ")} was expected`,
      line,
    );
  }
  if (initial === undefined || initial === null) return { model: known };
  if (typeof initial !== "object" || Array.isArray(initial)) {
    throw new HistoryError(`the setup has "initial" as ${show(initial)}; an object was expected, as {"lamp":1}`, line);
  }
  return { model: known, initial: initial as Record<string, unknown> };
}
