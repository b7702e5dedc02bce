import type pg from "pg";

/** What `pg` says when a connection ends before the answer is there. */
export const connectionLost = () => new Error("Connection terminated unexpectedly");

/** Resolves when the client knows that its connection has ended. The error that says so comes before and is ignored. */
export const hasEnded = (client: pg.ClientBase): Promise<void> =>
  new Promise((resolve) => {
    const ignore = () => {};
    client.on("error", ignore);
    client.once("end", () => {
      client.off("error", ignore);
      resolve();
    });
  });

/** Closes the connection without a word to the server, as the end of the client's process does. */
export async function close(client: pg.ClientBase): Promise<void> {
  const { stream } = (client as pg.ClientBase & { connection: { stream: { destroy(): void } } }).connection;
  const ended = hasEnded(client);
  stream.destroy();
  await ended;
}

/** Resolves when the server process is gone, and so its transaction has been rolled back and its locks are free. */
export async function backendHasEnded(observer: pg.ClientBase, pid: number): Promise<void> {
  for (;;) {
    const { rowCount } = await observer.query("SELECT FROM pg_stat_activity WHERE pid = $1", [pid]);
    if (rowCount === 0) return;
  }
}

/**
 * Whether a flight changes something for good: it commits, or runs outside a transaction. Of any other one it makes no
 * difference whether it arrives when its connection is lost: it is rolled back.
 */
export function hasLastingEffect(texts: readonly string[], isInTransaction: boolean): boolean {
  if (texts.some((text) => /^\s*COMMIT\b/i.test(text))) return true;
  return (
    !isInTransaction &&
    !texts.some((text) => /^\s*BEGIN\b/i.test(text)) &&
    !texts.every((text) => /^\s*SELECT\b/i.test(text))
  );
}
