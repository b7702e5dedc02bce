import { connect, disconnect, retries } from "./connect.mjs";

const heldOf = (lock) => ({ lock, remainingMs: () => lock.expiration - Date.now() });

/** An adapter for the packages with the calls of redlock 5. */
export const withTheCallsOfRedlock5 = (Redlock) => async (urls) => {
  const nodes = await connect(urls);
  const redlock = new Redlock(nodes);
  return {
    acquire: async (name, ttlMs, waitMs) =>
      heldOf(await redlock.acquire([name], ttlMs, { retryCount: retries(waitMs) })),
    extend: async ({ lock }, ttlMs) => heldOf(await lock.extend(ttlMs)),
    release: ({ lock }) => lock.release(),
    using: (name, ttlMs, routine) => redlock.using([name], ttlMs, routine),
    close: () => disconnect(nodes),
  };
};
