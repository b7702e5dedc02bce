import type { Transaction } from "../database.ts";
import type { StockChange } from "../inventory/units.ts";

export type MovementReason = "sale" | "cancellation" | "expiry";

interface MovementContext {
  orderId: string;
  strategy: string;
  replica: string;
  reason: MovementReason;
}

/** Writes the changes into the ledger, in the transaction that made them. */
export async function record(
  tx: Transaction,
  changes: readonly StockChange[],
  context: MovementContext,
): Promise<void> {
  await tx.stockMovement.createMany({
    data: changes.map(({ unitNumbers, ...change }) => ({ ...change, ...context, unitNumbers: [...unitNumbers] })),
  });
}
