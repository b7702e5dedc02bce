/** What this command reads of the API's `GET /api/locks`. */
export interface LockReport {
  at: string;
  isCut: boolean;
  locks: Lock[];
  stores: { store: string; problem?: string }[];
}

interface Lock {
  store: string;
  kind: string;
  resource: string;
  states: string[];
  holders: { owner: string; process?: string; heldMs?: number; leftMs?: number }[];
  waiting: number;
  waiters: { backend: number; waitedMs: number; waitsFor: number[] }[];
  nodes?: { node: number; owner?: string; problem?: string }[];
}

/** States that need a person's attention. */
const URGENT = ["split", "orphan", "stuck", "idle in transaction"];

export const needsAttention = ({ locks }: LockReport) =>
  locks.some(({ states }) => states.some((state) => URGENT.includes(state)));

const HEAD = ["STATE", "STORE", "RESOURCE", "HOLDER", "TIME", "NODES", "WAITING"];

/** The report as lines of text. */
export function lockTable({ at, locks, stores, isCut }: LockReport): string {
  const rows = locks.map((lock) => [
    lock.states.at(-1) ?? "free",
    lock.store,
    lock.kind === "lease"
      ? lock.resource
      : `${lock.kind} ${lock.resource}`.replace(/^transaction transaction/, "transaction"),
    lock.holders.map(nameOf).join(", ") || "–",
    lock.holders.map(timeOf).join(", "),
    lock.nodes ? dots(lock.nodes) : "",
    waitingOf(lock),
  ]);
  const widths = HEAD.map((head, column) => Math.max(...[HEAD, ...rows].map((row) => (row[column] ?? head).length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const problems = stores.flatMap(({ store, problem }) => (problem ? [`${store}: ${problem}`] : []));
  return [
    `${at}: ${locks.length === 0 ? "nobody holds a lock" : `${locks.length}${isCut ? " of more" : ""} locks`}`,
    ...(rows.length > 0 ? [line(HEAD), ...rows.map(line)] : []),
    ...problems.map((problem) => `not complete: ${problem}`),
  ].join("\n");
}

const nameOf = ({ owner, process }: Lock["holders"][number]) =>
  process ? `${process} ${owner.startsWith("backend") ? owner : ""}`.trim() : `unknown owner ${owner}`;

const timeOf = ({ heldMs, leftMs }: Lock["holders"][number]) =>
  leftMs !== undefined ? `${leftMs} ms left` : heldMs !== undefined ? `for ${heldMs} ms` : "";

/** One sign for each Redis node: a letter for each owner, `·` for no key, `?` for no answer. */
function dots(nodes: NonNullable<Lock["nodes"]>): string {
  const owners = [...new Set(nodes.flatMap(({ owner }) => owner ?? []))];
  return nodes
    .map(({ owner, problem }) => (problem ? "?" : owner ? String.fromCharCode(65 + owners.indexOf(owner)) : "·"))
    .join("");
}

function waitingOf({ waiting, waiters }: Lock): string {
  if (waiting === 0) return "";
  const longest = waiters[0];
  if (!longest) return String(waiting);
  return `${waiting}, longest ${longest.waitedMs} ms (backend ${longest.backend} for ${longest.waitsFor.join(", ")})`;
}
