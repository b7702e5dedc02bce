/**
 * The strategies as data. This module imports nothing, so that configuration, OpenAPI and documentation can name the
 * strategies without loading a lock or a database client; `registry.ts` composes each of them.
 */
export interface CatalogueEntry {
  readonly name: string;
  /** The lock outside the database that a buyer needs before the transaction begins; `none` for the database alone. */
  readonly guard: "none" | "set-nx-naive" | "set-nx" | "redlock" | "quorum" | "zookeeper" | "dynamodb-lease";
  /** How the transaction changes the stock row. */
  readonly write:
    | "read-check-write"
    | "row-lock"
    | "advisory-lock"
    | "optimistic-version"
    | "serializable"
    | "conditional-update"
    | "fenced";
  /** Whether concurrent buyers never get the same unit, as long as every holder finishes before its lease expires. */
  readonly safe: boolean;
  /** What the strategy teaches, as half a sentence. */
  readonly teaches: string;
}

export const strategyCatalogue = [
  {
    name: "unlocked",
    guard: "none",
    write: "read-check-write",
    safe: false,
    teaches: "the race: a lost update, and a unit sold twice",
  },
  { name: "row-lock", guard: "none", write: "row-lock", safe: true, teaches: "the database needs no other lock" },
  {
    name: "advisory-lock",
    guard: "none",
    write: "advisory-lock",
    safe: true,
    teaches: "locking a name instead of a row",
  },
  {
    name: "optimistic",
    guard: "none",
    write: "optimistic-version",
    safe: true,
    teaches: "detect a conflict and retry",
  },
  {
    name: "serializable",
    guard: "none",
    write: "serializable",
    safe: true,
    teaches: "let the isolation level detect the conflict",
  },
  {
    name: "conditional-update",
    guard: "none",
    write: "conditional-update",
    safe: true,
    teaches: "no lock in the application at all: WHERE stock >= n",
  },
  {
    name: "set-nx-naive",
    guard: "set-nx-naive",
    write: "read-check-write",
    safe: false,
    teaches: "the widespread sample, and how it deletes another client's lock",
  },
  {
    name: "set-nx",
    guard: "set-nx",
    write: "read-check-write",
    safe: true,
    teaches: "one Redis with an owner token: safe until it fails over or the holder pauses",
  },
  {
    name: "redlock",
    guard: "redlock",
    write: "read-check-write",
    safe: true,
    teaches: "the npm package: a majority of five; still unsafe when the holder pauses past its TTL",
  },
  {
    name: "redlock+row-lock",
    guard: "redlock",
    write: "row-lock",
    safe: true,
    teaches: "the guard reduces contention in the database, the row lock keeps the stock correct",
  },
  {
    name: "redlock+fencing",
    guard: "redlock",
    write: "fenced",
    safe: true,
    teaches: "PostgreSQL rejects the write of an expired lock holder",
  },
  {
    name: "quorum",
    guard: "quorum",
    write: "read-check-write",
    safe: true,
    teaches:
      "what the package lacks: a timeout for each node, a queue of waiters, one batched command for each event-loop tick",
  },
  {
    name: "quorum+row-lock",
    guard: "quorum",
    write: "row-lock",
    safe: true,
    teaches: "the same write behind our own Redlock",
  },
  {
    name: "quorum+fencing",
    guard: "quorum",
    write: "fenced",
    safe: true,
    teaches: "the fencing token does not depend on who implements Redlock",
  },
  {
    name: "group-commit",
    guard: "none",
    write: "row-lock",
    safe: true,
    teaches: "many buyers in one transaction: safe, and faster than unlocked",
  },
  {
    name: "dynamodb-lease",
    guard: "dynamodb-lease",
    write: "read-check-write",
    safe: true,
    teaches: "a lease by conditional writes, without synchronized clocks",
  },
  {
    name: "dynamodb-lease+fencing",
    guard: "dynamodb-lease",
    write: "fenced",
    safe: true,
    teaches: "the item's acquisition counter as a fencing token",
  },
  {
    name: "zookeeper",
    guard: "zookeeper",
    write: "read-check-write",
    safe: true,
    teaches: "ephemeral sequential znodes: first come, first served",
  },
  {
    name: "zookeeper+fencing",
    guard: "zookeeper",
    write: "fenced",
    safe: true,
    teaches: "the znode's czxid as a fencing token",
  },
] as const satisfies readonly CatalogueEntry[];

export type StrategyName = (typeof strategyCatalogue)[number]["name"];

/** All names, in display order. */
export const strategyNames = strategyCatalogue.map(({ name }) => name) as [StrategyName, ...StrategyName[]];

const byName = new Map<string, CatalogueEntry>(strategyCatalogue.map((entry) => [entry.name, entry]));

/** @throws Error when the catalogue has no strategy of that name. */
export function catalogueEntry(name: string): CatalogueEntry {
  const entry = byName.get(name);
  if (!entry) throw new Error(`The catalogue has no strategy called ${name}.`);
  return entry;
}
