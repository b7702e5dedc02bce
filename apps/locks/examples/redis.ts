import { once } from "node:events";
import { holdLease } from "@last-unit/locks";
import { lockNodeOptions, setNx } from "@last-unit/locks/redis";
import { Redis } from "ioredis";

const redis = new Redis(process.env.REDIS_URL ?? "redis://localhost:6379", lockNodeOptions);
await once(redis, "ready");
const locks = setNx(redis);

// Acquire, extend and release a lease yourself …
const lease = await locks.acquire(["invoice:42"], { ttlMs: 5_000, waitMs: 2_000 });
const extended = await locks.extend(lease, 5_000);
await locks.release(extended);

// … or let holdLease extend it while you work and release it afterwards.
await holdLease(locks, ["invoice:42"], { lockTtlMs: 5_000, lockWaitMs: 2_000 }, async (held) => {
  console.log("working");
  held.throwIfLost(); // throws LeaseLost: call it directly before you commit anything
});

redis.disconnect();
