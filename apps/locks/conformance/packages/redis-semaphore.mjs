import { RedlockMutex } from "redis-semaphore";
import { connect, disconnect } from "./connect.mjs";

const once = { acquireAttemptsLimit: 1 };

export default {
  name: "redis-semaphore",
  package: "redis-semaphore",
  redisKey: (name) => `mutex:${name}`,
  async open(urls) {
    const nodes = await connect(urls);
    const mutexOf = (name, options) => new RedlockMutex(nodes, name, options);
    return {
      // Without its refresh: the lock is to expire when its TTL is over.
      async acquire(name, ttlMs, waitMs) {
        const wait = waitMs > 0 ? { acquireTimeout: waitMs } : once;
        const mutex = mutexOf(name, { lockTimeout: ttlMs, refreshInterval: 0, ...wait });
        await mutex.acquire();
        return { mutex };
      },
      release: ({ mutex }) => mutex.release(),
      async using(name, ttlMs, routine) {
        const lost = new AbortController();
        const mutex = mutexOf(name, { lockTimeout: ttlMs, onLockLost: (error) => lost.abort(error) });
        await mutex.acquire();
        await routine(lost.signal).finally(() => mutex.release());
      },
      close: () => disconnect(nodes),
    };
  },
};
