const DRIFT_FACTOR = 0.01;
/** Redis keeps expiry to the millisecond; one for it, one for the clock's own grain. */
const DRIFT_MS = 2;

/**
 * Until when a lease is valid, in milliseconds of the clock by which `askedAtMs` was read. Its TTL counts from the request
 * and not from the answer, and the node's clock may run faster than ours.
 * Source: https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/
 */
export const validUntil = (askedAtMs: number, ttlMs: number) => askedAtMs + ttlMs - (ttlMs * DRIFT_FACTOR + DRIFT_MS);
