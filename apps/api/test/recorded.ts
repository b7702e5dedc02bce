import { checkHistory, createRecorder, type HistoryEvent } from "@last-unit/checker";
import { LeaseLost, LockBusy } from "@last-unit/locks";
import type { Placed } from "../src/checkout/order.ts";
import type { Line } from "../src/inventory/strategy.ts";

/** Keeps the history of what buyers asked and were told, for the checker. */
export function recorded() {
  const events: HistoryEvent[] = [];
  const recorder = createRecorder((event) => events.push(event));
  let processes = 0;

  return {
    async buy(lines: readonly Line[], place: () => Promise<Placed>): Promise<Placed> {
      const process = processes;
      processes += 1;
      const end = recorder.invoke(process, "reserve", { lines });
      try {
        const placed = await place();
        if (placed.outcome === "sold-out") end("ok", { lines, outcome: "sold-out" });
        else end("ok", { lines: placed.order.lines.map(unitsOf), outcome: "reserved" });
        return placed;
      } catch (error) {
        end(error instanceof LockBusy || error instanceof LeaseLost ? "fail" : "info", { lines });
        throw error;
      }
    },
    /** Checks all that was asked of these products; the numbers are their editions. */
    check(initial: Record<string, number>) {
      const about = events.filter(({ value }) => (value as { lines: Line[] }).lines.every(({ sku }) => sku in initial));
      return checkHistory(about, { model: "stock", initial });
    },
  };
}

const unitsOf = ({ sku, quantity, unitNumbers }: { sku: string; quantity: number; unitNumbers: number[] }) => ({
  sku,
  quantity,
  units: unitNumbers,
});
