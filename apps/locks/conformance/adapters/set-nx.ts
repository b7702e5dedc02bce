import { once } from "node:events";
import { holdLease, type Lease } from "@last-unit/locks";
import { lockNodeOptions, setNx } from "@last-unit/locks/redis";
import { Redis } from "ioredis";
import type { Adapter, Held } from "../adapter.ts";

/** The baseline: `SET NX` on one of the nodes. It must fail wherever a quorum is needed. */
const adapter: Adapter = {
  name: "set-nx",
  nodes: 1,
  async open([url = ""]) {
    const redis = new Redis(url, lockNodeOptions);
    redis.on("error", () => {});
    await once(redis, "ready");
    const locks = setNx(redis);
    const heldOf = (lease: Lease) => ({ lease, remainingMs: () => lease.remainingMs() });
    const leaseOf = (held: Held) => (held as ReturnType<typeof heldOf>).lease;
    return {
      acquire: async (name, ttlMs, waitMs) => heldOf(await locks.acquire([name], { ttlMs, waitMs })),
      extend: async (held, ttlMs) => heldOf(await locks.extend(leaseOf(held), ttlMs)),
      release: (held) => locks.release(leaseOf(held)),
      using: (name, ttlMs, routine) =>
        holdLease(locks, [name], { lockTtlMs: ttlMs, lockWaitMs: 5_000 }, ({ signal }) => routine(signal)),
      close: () => redis.disconnect(),
    };
  },
};

export default adapter;
