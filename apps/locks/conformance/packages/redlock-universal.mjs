import { createRedlock, IoredisAdapter } from "redlock-universal";
import { connect, disconnect, retries } from "./connect.mjs";

const RETRY_DELAY_MS = 200;

export default {
  name: "redlock-universal",
  package: "redlock-universal",
  async open(urls) {
    const nodes = await connect(urls);
    const adapters = nodes.map((node) => new IoredisAdapter(node));
    const lockOf = (key, ttl, retryAttempts = 0) =>
      createRedlock({ adapters, key, ttl, retryAttempts, retryDelay: RETRY_DELAY_MS });
    return {
      async acquire(name, ttlMs, waitMs) {
        const lock = lockOf(name, ttlMs, retries(waitMs));
        return { lock, handle: await lock.acquire() };
      },
      async extend({ lock, handle }, ttlMs) {
        if (!(await lock.extend(handle, ttlMs))) throw new Error("extend returned false");
        return { lock, handle };
      },
      release: ({ lock, handle }) => lock.release(handle),
      using: (name, ttlMs, routine) => lockOf(name, ttlMs, 10).using(routine),
      close: () => disconnect(nodes),
    };
  },
};
