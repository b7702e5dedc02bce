import { holdLease } from "@last-unit/locks";
import { type RedisClient, setNx } from "@last-unit/locks/redis";
import { createClient } from "redis";

const redis = createClient({
  url: process.env.REDIS_URL ?? "redis://localhost:6379",
  disableOfflineQueue: true,
});
const events = { ready: "ready", close: "reconnecting", error: "error" };

const client: RedisClient = {
  get status() {
    return redis.isReady ? "ready" : "connecting";
  },
  options: { host: "localhost", port: 6379 },
  on: (event, listener) => redis.on(events[event], listener),
  get: (key) => redis.get(key),
  set: (key, value, _expiry, ttlMs) =>
    redis.set(key, value, { expiration: { type: "PX", value: ttlMs }, condition: "NX" }),
  del: (...keys) => redis.del(keys),
  eval: (script, keyCount, ...args) => redis.sendCommand(["EVAL", script, String(keyCount), ...args.map(String)]),
};
const locks = setNx(client);
await redis.connect();

await holdLease(locks, ["invoice:42"], { lockTtlMs: 5_000, lockWaitMs: 2_000 }, async (held) => {
  console.log("working");
  held.throwIfLost();
});

redis.destroy();
