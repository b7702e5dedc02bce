import { readBeforeWrite } from "./read-before-write.ts";
import { readStock } from "./read-stock.ts";

export const advisoryLock = readBeforeWrite({
  name: "advisory-lock",
  safe: true,
  locks: true,
  about: {
    idea: "pg_advisory_xact_lock: PostgreSQL locks a number that we derive from the product's name, and lets it go when the transaction ends.",
    guarantee:
      "Buyers of one product come one after another, as long as everybody who writes asks for the number first. The row itself is not locked.",
    failureMode:
      "It binds only those who ask: one forgotten place in the code, or a person at a SQL prompt, writes past it. Two names that hash to one number wait for each other without need.",
    cost: "One round trip more than a row lock, and one connection for each waiting buyer. It can lock what has no row at all.",
  },
  async read(tx, sku) {
    // A statement of its own: the SELECT after it must take its snapshot when T1's commit is in the past.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('stock:' || ${sku}, 0))`;
    return readStock(tx, sku);
  },
});
