import type { Strategy } from "../../api/types.ts";

/** When to take a strategy, in a few words. */
const uses: Record<Strategy["name"], string> = {
  unlocked: "never: it shows the failure",
  "row-lock": "a decision over several rows",
  "advisory-lock": "no row to lock",
  optimistic: "conflicts are rare",
  serializable: "rules that span many rows",
  "conditional-update": "one row, one condition",
  "set-nx-naive": "never: it shows the failure",
  "set-nx": "work that may run twice",
  redlock: "work that may run twice",
  "redlock+row-lock": "many buyers of one product",
  "redlock+fencing": "a resource compares tokens",
  quorum: "work that may run twice",
  "quorum+row-lock": "many buyers of one product",
  "quorum+fencing": "a resource compares tokens",
  zookeeper: "ZooKeeper runs already",
  "zookeeper+fencing": "a resource compares tokens",
  "dynamodb-lease": "DynamoDB runs already",
  "dynamodb-lease+fencing": "a resource compares tokens",
  "group-commit": "very many buyers at once",
};

export const useWhen = ({ name }: Strategy): string => uses[name] ?? "";

/**
 * Flights to PostgreSQL for a cart of one product, as docs/architecture.md counts them, after the guard's round trips where
 * it needs a known number.
 */
export function roundTrips({ name, guard, write }: Strategy): string {
  if (name === "group-commit") return "2 a batch";
  if (write === "conditional-update") return "1";
  const isRedis = ["set-nx-naive", "set-nx", "redlock", "quorum"].includes(guard);
  // A token from PostgreSQL's sequence is one more; storing it in the row another.
  const flights = write === "fenced" ? (isRedis ? 5 : 4) : 3;
  if (guard === "none") return String(flights);
  return isRedis ? `2 + ${flights}` : `lock + ${flights}`;
}
