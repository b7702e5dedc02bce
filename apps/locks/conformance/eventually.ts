import { setTimeout as sleep } from "node:timers/promises";

export class TookTooLong extends Error {
  override readonly name = "TookTooLong";

  constructor(
    what: string,
    readonly boundMs: number,
  ) {
    super(`${what}: not within ${boundMs} ms`);
  }
}

/** Waits until the condition holds. @throws TookTooLong */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
  boundMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new TookTooLong(what, boundMs);
    await sleep(3);
  }
}

/** Whether the condition comes to hold within the bound. */
export const comesToHold = (condition: () => boolean | Promise<boolean>, boundMs: number): Promise<boolean> =>
  eventually(condition, "", boundMs).then(
    () => true,
    () => false,
  );

/** @throws TookTooLong; and what `work` throws. */
export async function within<T>(work: Promise<T>, boundMs: number, what: string): Promise<T> {
  const waiting = new AbortController();
  const bound = sleep(boundMs, undefined, { signal: waiting.signal }).then(
    () => Promise.reject(new TookTooLong(what, boundMs)),
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([work, bound]);
  } finally {
    waiting.abort();
  }
}
