import { createRecorder, type HistoryEvent, judge } from "@last-unit/checker";
import type { Placed } from "../src/checkout/order-request.ts";
import { LeaseLost, LockBusy } from "../src/inventory/lease-store.ts";
import type { Line } from "../src/inventory/strategy.ts";

/** Keeps the history of what buyers asked and were told, so that the checker can judge it. */
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
    /** Judges all that was asked of these products; the numbers are their editions. */
    judge(initial: Record<string, number>) {
      const about = events.filter(({ value }) => (value as { lines: Line[] }).lines.every(({ sku }) => sku in initial));
      return judge(about, { model: "stock", initial });
    },
  };
}

const unitsOf = ({ sku, quantity, unitNumbers }: { sku: string; quantity: number; unitNumbers: number[] }) => ({
  sku,
  quantity,
  units: unitNumbers,
});
