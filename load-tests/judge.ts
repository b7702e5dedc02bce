import type { HistoryVerdict, K6Summary, StrategyInfo, StrategyRound, Verdict } from "./results.ts";

/** The unlocked baseline exists to oversell; where it does not, the load was too gentle to show anything about the rest. */
const baseline = "unlocked";

export function judge(
  info: StrategyInfo,
  runId: string,
  summary: K6Summary,
  verdict: Verdict,
  history: HistoryVerdict,
  heldMs?: number,
): StrategyRound {
  const distinctUnits = verdict.unitsSold - verdict.unitsOversold;
  return {
    strategy: info.name,
    safe: info.safe,
    runId,
    summary,
    verdict,
    history,
    unitsPerSecond: summary.soldMs > 0 ? distinctUnits / (summary.soldMs / 1000) : 0,
    heldMs,
    errors: summary.checkouts - summary.outcomes.RESERVED - summary.outcomes.OUT_OF_STOCK,
    failures: [
      ...contradictions(summary, verdict),
      ...(info.safe ? brokenPromises(verdict) : []),
      ...(info.safe && history.verdict === "not-linearizable"
        ? [`no order of events explains what the buyers were told: ${history.sentences?.join(" ") ?? ""}`]
        : []),
      ...(info.name === baseline && verdict.unitsOversold === 0
        ? ["the unlocked baseline did not oversell, so this run put no strategy to the test"]
        : []),
    ],
  };
}

/** What buyers were told against what the ledger holds. Nothing may contradict, whatever the strategy. */
function contradictions(summary: K6Summary, verdict: Verdict): string[] {
  const found: string[] = [];
  const { RESERVED: told, NO_ANSWER: unanswered } = summary.outcomes;
  // A buyer whose answer was lost on the way may or may not have an order; every other answer binds.
  if (verdict.orders < told || verdict.orders > told + unanswered) {
    found.push(
      `${told} buyers were told of an order${unanswered ? ` and ${unanswered} got no answer` : ""}, the ledger holds ${verdict.orders}`,
    );
  }
  if (unanswered === 0 && summary.unitsReserved !== verdict.unitsSold) {
    found.push(`buyers were promised ${summary.unitsReserved} units, the ledger sold ${verdict.unitsSold}`);
  }
  if (verdict.ordersWithoutMovement) found.push(`${verdict.ordersWithoutMovement} orders have no stock movement`);
  if (verdict.movementsWithoutOrder) found.push(`${verdict.movementsWithoutOrder} stock movements have no order`);
  if (told === 0) found.push("no buyer got anything");
  return found;
}

function brokenPromises(verdict: Verdict): string[] {
  const found: string[] = [];
  if (verdict.unitsOversold) found.push(`oversold ${verdict.unitsOversold} units`);
  if (verdict.unitsSold > verdict.initialStock) {
    found.push(`sold ${verdict.unitsSold} units out of ${verdict.initialStock}`);
  }
  if (verdict.lostUpdates) found.push(`lost ${verdict.lostUpdates} updates`);
  if (verdict.soldOutTooEarly) found.push(`told ${verdict.soldOutTooEarly} buyers "sold out" while units were left`);
  if (found.length === 0 && !verdict.passed) found.push("the run's own verdict is that it failed");
  return found;
}
