import type { StockWrite, Take } from "../strategy.ts";
import { type StockChange, UnknownStock } from "../units.ts";

export const conditionalUpdate: StockWrite = {
  name: "conditional-update",
  safe: true,
  about: {
    idea: "UPDATE … WHERE stock >= n: the database checks and changes in one statement, so there is nothing to come between.",
    guarantee:
      "The condition is evaluated on the row's latest committed version, under the row lock that every UPDATE takes.",
    failureMode:
      "It protects this row alone. A decision that needs several rows, or anything outside the database, needs a lock again.",
    cost: "One round trip. The row lock is held from the statement to the commit, and not while the application thinks.",
  },

  async take(tx, { sku, quantity }, checkpoint): Promise<Take> {
    // The shop's own work comes before the statement: nobody waits for it.
    await checkpoint("checked", { sku });
    const [change] = await tx.$queryRaw<StockChange[]>`
      UPDATE stock
         SET stock = stock - ${quantity}::int,
             next_unit = next_unit + greatest(0, ${quantity}::int - cardinality(returned_units)),
             returned_units = returned_units[${quantity}::int + 1 :],
             version = version + 1
       WHERE sku = ${sku} AND stock >= ${quantity}::int
      RETURNING sku, -${quantity}::int AS delta, old.stock AS "stockBefore", new.stock AS "stockAfter", new.version,
                old.returned_units[1 : ${quantity}::int]
                  || ARRAY(SELECT generate_series(old.next_unit, new.next_unit - 1)) AS "unitNumbers"`;
    if (!change) {
      const row = await tx.stock.findUniqueOrThrow({ where: { sku } });
      await checkpoint("refused", { sku, stock: row.stock, quantity });
      return { outcome: "sold-out", sku, left: row.stock };
    }
    await checkpoint("written", { sku, stock: change.stockAfter, unitNumbers: change.unitNumbers });
    return { outcome: "taken", change };
  },

  async giveBack(tx, { sku, unitNumbers }, checkpoint) {
    const units = [...unitNumbers];
    const [change] = await tx.$queryRaw<StockChange[]>`
      UPDATE stock
         SET stock = stock + cardinality(${units}::int[]),
             returned_units = ARRAY(SELECT unnest(returned_units || ${units}::int[]) ORDER BY 1),
             version = version + 1
       WHERE sku = ${sku}
      RETURNING sku, cardinality(${units}::int[]) AS delta, old.stock AS "stockBefore", new.stock AS "stockAfter",
                new.version, ${units}::int[] AS "unitNumbers"`;
    if (!change) throw new UnknownStock(sku);
    await checkpoint("written", { sku, stock: change.stockAfter, unitNumbers });
    return change;
  },
};
