import type { Counterexample, TakenStep } from "@last-unit/explorer";
import type { Variant } from "../grader/scenario-system.ts";
import { letterOf, requestsOf } from "../spec.ts";

const NARROWEST = 24;
const WIDEST = 46;
/** A longer table shows its begin and its end: a checkout that never ends repeats itself. */
const MOST_STEPS = 48;
const STEPS_OF_THE_BEGIN = 28;
const STEPS_OF_THE_END = 12;

/**
 * The order of steps as a table: a column for each buyer, and the tables' committed values after each step.
 *
 * @param width of the terminal, in letters.
 */
export function drawCounterexample({ steps }: Counterexample, { scenario }: Variant, width = 120): string {
  const buyers = requestsOf(scenario).map((_, index) => letterOf(index));
  const names = Object.keys(steps.at(-1)?.values ?? {});
  const valueWidths = names.map(
    (name) => Math.max(name.length, ...steps.map(({ values = {} }) => (values[name] ?? "").length)) + 2,
  );
  const room = width - 5 - valueWidths.reduce((sum, each) => sum + each, 0);
  const column = Math.min(WIDEST, Math.max(NARROWEST, Math.floor(room / buyers.length)));

  const line = (number: string, cells: readonly string[], values: readonly string[]) =>
    [
      number.padStart(3),
      "  ",
      ...cells.map((cell) => cell.padEnd(column)),
      ...values.map((value, index) => value.padEnd(valueWidths[index] ?? 0)),
    ]
      .join("")
      .trimEnd();
  const isLong = steps.length > MOST_STEPS;
  const isLeftOut = (index: number) => isLong && index >= STEPS_OF_THE_BEGIN && index < steps.length - STEPS_OF_THE_END;
  return [
    line("", buyers, names),
    ...steps.flatMap((step, index) => {
      if (isLeftOut(index))
        return index === STEPS_OF_THE_BEGIN ? [`  … the steps until ${steps.length - STEPS_OF_THE_END}`] : [];
      const lines = textOf(step).flatMap((text, at) => wrapped(text, column - 2, at > 0 ? "  " : ""));
      return lines.map((text, at) =>
        line(
          at === 0 ? String(index + 1) : "",
          buyers.map((letter) => (letter === step.process ? text : "")),
          at === 0 ? names.map((name) => step.values?.[name] ?? "") : [],
        ),
      );
    }),
  ].join("\n");
}

/** Who is who, in a line each. */
export function castOf({ scenario, killBefore }: Variant): string[] {
  const requests = requestsOf(scenario);
  return requests.map(({ buyerId, items, idempotencyKey }, index) => {
    const cart = items.map(({ sku, quantity }) => `${quantity} ${sku}`).join(" + ");
    const sharesKey = requests.some((other, at) => at !== index && other.idempotencyKey === idempotencyKey);
    const key = sharesKey ? `, idempotency key ${idempotencyKey}` : "";
    const killed = killBefore !== undefined && index === 0 ? "; its process is killed, and no answer arrives" : "";
    return `${letterOf(index)} = ${buyerId} wants ${cart}${key}${killed}`;
  });
}

/** What the step does, then what came of it. */
function textOf({ name, outcome = "never answered", blockedBy, remarks }: TakenStep): string[] {
  const waited = blockedBy ? [`waits for ${blockedBy.join(" and ")}`] : [];
  const isShownByRows = /^(SELECT|INSERT) [1-9]\d*$/.test(outcome) && remarks.some((remark) => remark.includes(" = "));
  const result = isShownByRows || (name === outcome && outcome !== "timer") ? [] : [inWords(outcome)];
  return [name === "timer" ? "a timer fires" : name, ...waited, ...(name === "timer" ? [] : result), ...remarks];
}

const inWords = (outcome: string) => (outcome === "SELECT 0" ? "no row" : outcome);

function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((each) => each.match(new RegExp(`.{1,${width - 2}}`, "g")) ?? [""])) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
