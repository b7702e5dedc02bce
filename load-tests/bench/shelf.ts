import { type Checkouts, sideOf, unitsOf } from "./checkouts.ts";
import type { Side } from "./figure.ts";
import { offer, soldUnits } from "./products.ts";

/** More than all rounds together can sell. */
export const EDITION = 100_000_000;

export interface Shelf {
  sku: string;
  /** @throws Error if the ledger has sold fewer units than buyers were told. */
  side(name: string, rounds: readonly Checkouts[], clients: number): Promise<Side>;
}

/** A fresh product, and the report of what its buyers did. */
export async function openShelf(databaseUrl: string): Promise<Shelf> {
  const [sku = ""] = await offer(databaseUrl, 1, EDITION);
  return {
    sku,
    async side(name, rounds, clients) {
      const { sold, distinct } = await soldUnits(databaseUrl, [sku]);
      const told = rounds.reduce((sum, round) => sum + unitsOf(round), 0);
      // Clients that leave at the end of a round buy a unit without being told of it. The reverse is an error.
      if (told > sold) throw new Error(`${name} told ${told} buyers of their unit; the ledger has ${sold}.`);
      return { ...sideOf(name, clients, rounds), unitsSold: sold, extras: { "sold more than once": sold - distinct } };
    },
  };
}
