export { type Clock, sleep, systemClock } from "./clock.ts";
export { withFencingTokens } from "./fencing-tokens.ts";
export { type HeldLease, type HoldCheckpoint, type HoldSettings, holdLease } from "./hold-lease.ts";
export {
  type About,
  type AcquireOptions,
  type Availability,
  type BusyReason,
  type Lease,
  LeaseLost,
  type LeaseStore,
  LockBusy,
  type ReleaseOptions,
  type Votes,
} from "./lease-store.ts";
export { queuedLocally } from "./local-queue.ts";
export type { LockSeen, LocksSeen } from "./locks-seen.ts";
export { notConfigured } from "./not-configured.ts";
export { OpenLeases } from "./open-leases.ts";
export { holderOf } from "./owner.ts";
export { defaultRemedy, type Outage, type Remedy } from "./remedy.ts";
export { type SuspendableClock, suspendableClock } from "./suspendable-clock.ts";
export { validUntil } from "./validity.ts";
