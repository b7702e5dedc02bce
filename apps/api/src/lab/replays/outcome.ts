import type { Verdict } from "../verdict/ledger-verdict.ts";
import type { Outcome } from "./replay.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import type { Stage } from "./stage.ts";

/**
 * Decides whether a strategy passes a scenario: all units that were in stock and wanted must be sold, and none twice. Uses
 * the ledger and the buyers' responses, not the script.
 */
export function outcomeOf(scenario: Scenario, stage: Stage, verdicts: readonly Verdict[]): Outcome {
  const sum = (of: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  const sold = sum((verdict) => verdict.unitsSold);
  const there = sum((verdict) => verdict.initialStock);
  const due = Math.min(scenario.wanted, there);
  const [evidence] = verdicts.flatMap((verdict) => verdict.evidence);
  if (evidence) {
    const headline = headlines[evidence.kind];
    const lost = sum((verdict) => verdict.lostUpdates);
    const more =
      evidence.kind === "unit-sold-twice" && lost > 0
        ? ` ${lost === 1 ? "One update was" : `${lost} updates were`} lost.`
        : "";
    return { survived: false, headline, sentence: `${evidence.message}${more}` };
  }
  if (sold < due) {
    const sentence = `No unit was sold twice, but only ${sold} of ${due} units were sold.`;
    return { survived: false, headline: "Not sold.", sentence };
  }
  const flaw = scenario.flaw?.(stage);
  if (flaw) return { survived: false, headline: "Sold once, but not as expected.", sentence: flaw };
  const conflicts = stage.events.flatMap(({ conflict }) => conflict ?? []);
  const again = conflicts.length > 0 ? ` Rolled back and retried: ${conflicts.join(", ")}.` : "";
  const refused = sum((verdict) => verdict.writesRefused);
  const fence =
    refused > 0 ? ` PostgreSQL rejected ${refused === 1 ? "one stale write" : `${refused} stale writes`}.` : "";
  return {
    survived: true,
    headline: due === 1 ? "Sold once." : "Each sold once.",
    sentence: `${due === 1 ? "The one unit has one holder" : `The ${due} units have one holder each`}, and the ledger agrees with the stock.${fence}${again}`,
  };
}

const headlines: Record<Verdict["evidence"][number]["kind"], string> = {
  "unit-sold-twice": "Sold twice.",
  "lost-update": "An update was lost.",
  "sold-out-too-early": "False “sold out”.",
  "order-without-movement": "An order without a sale.",
  "movement-without-order": "A sale without an order.",
  "nobody-served": "Nobody was served.",
};
