import { connect, disconnect, retries } from "./connect.mjs";

const heldOf = (lock) => ({ lock, remainingMs: () => lock.expiration - Date.now() });

/** An adapter for the packages with the calls of redlock 4. */
export const withTheCallsOfRedlock4 = (Redlock) => async (urls) => {
  const nodes = await connect(urls);
  // Its retryCount is a setting of the instance: 0 in the options of one call counts as absent.
  const withRetries = (retryCount) => new Redlock(nodes, { retryCount });
  return {
    acquire: async (name, ttlMs, waitMs) => heldOf(await withRetries(retries(waitMs)).lock(name, ttlMs)),
    extend: async ({ lock }, ttlMs) => heldOf(await lock.extend(ttlMs)),
    release: ({ lock }) => lock.unlock(),
    close: () => disconnect(nodes),
  };
};
