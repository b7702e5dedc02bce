import { array, sql } from "../../db/sql.ts";
import type { DirectWrite } from "../strategy.ts";

export const conditionalUpdate: DirectWrite = {
  name: "conditional-update",
  safe: true,
  about: {
    idea: "UPDATE … WHERE stock >= n: the database checks and changes the row in one statement, so no other transaction can change it in between.",
    guarantee:
      "The condition is evaluated on the row's latest committed version, under the row lock that every UPDATE takes.",
    failureMode:
      "It protects a single row. A decision that depends on several rows, or on anything outside the database, still needs a lock.",
    cost: "One round trip, and for a cart of one product not even a transaction around it: the order is written by the same statement.",
  },

  // #region excerpt
  take: ({ sku, quantity }) => sql`
    UPDATE stock
       SET stock = stock - ${quantity}::int,
           next_unit = next_unit + greatest(0, ${quantity}::int - cardinality(returned_units)),
           returned_units = returned_units[${quantity}::int + 1 :],
           version = version + 1
     WHERE sku = ${sku} AND stock >= ${quantity}::int
    RETURNING sku, -${quantity}::int AS delta, old.stock AS "stockBefore", new.stock AS "stockAfter", new.version,
              old.returned_units[1 : ${quantity}::int]
                || ARRAY(SELECT generate_series(old.next_unit, new.next_unit - 1)) AS "unitNumbers"`,
  // #endregion

  returnStock({ sku, unitNumbers }) {
    const units = array(unitNumbers);
    return sql`
    UPDATE stock
       SET stock = stock + cardinality(${units}::int[]),
           returned_units = ARRAY(SELECT unnest(returned_units || ${units}::int[]) ORDER BY 1),
           version = version + 1
     WHERE sku = ${sku}
    RETURNING sku, cardinality(${units}::int[]) AS delta, old.stock AS "stockBefore", new.stock AS "stockAfter",
              new.version, ${units}::int[] AS "unitNumbers"`;
  },
};
