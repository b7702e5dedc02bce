import type pg from "pg";

/** The result of one statement of a flight. */
export type Settled = PromiseSettledResult<pg.QueryResult>;

interface DatabaseError {
  readonly code?: string;
  readonly detail?: string;
  readonly message?: string;
}

/** PostgreSQL's command tags and SQLSTATEs. No rows: they contain times and generated keys. */
export function resultInWords(results: readonly Settled[]): string {
  const words = results.map(inWords);
  // On a connection that has ended every statement fails alike.
  const isOne = words.every((each) => each === words[0] && each.startsWith("error:"));
  return isOne ? (words[0] ?? "") : words.join(", ");
}

function inWords(result: Settled): string {
  if (result.status === "rejected") {
    const { code, message } = result.reason as DatabaseError;
    return code ? `error ${code}` : `error: ${message}`;
  }
  // Several statements in one text have several results.
  return [result.value]
    .flat()
    .map(({ command, rowCount }) => (rowCount === null ? (command ?? "done") : `${command} ${rowCount}`))
    .join(", ");
}

/** Whether other sessions can see an effect: not of a transaction that was rolled back, nor of a write that found no row. */
export function isChange(results: readonly Settled[], isInTransaction: boolean): boolean {
  const done = results.flatMap((result) => (result.status === "fulfilled" ? [result.value].flat() : []));
  const last = done.at(-1);
  if (last?.command === "ROLLBACK") return false;
  return isInTransaction || done.some(({ command, rowCount }) => command === "COMMIT" || rowCount !== 0);
}

/** The processes of a deadlock that PostgreSQL has ended, from the error's detail. */
export function deadlockCycle(
  results: readonly Settled[],
  nameOf: (pid: number) => string | undefined,
): string[] | undefined {
  for (const result of results) {
    if (result.status !== "rejected") continue;
    const { code, detail = "" } = result.reason as DatabaseError;
    if (code !== "40P01") continue;
    const waiters = [...detail.matchAll(/^Process (\d+) waits for /gm)].map(([, pid]) => nameOf(Number(pid)) ?? "?");
    if (waiters.length > 0) return waiters;
  }
  return undefined;
}
