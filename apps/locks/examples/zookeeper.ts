import { holdLease } from "@last-unit/locks";
import { zooKeeperEnsemble, zookeeper } from "@last-unit/locks/zookeeper";

const ensemble = zooKeeperEnsemble({ url: "zk1:2181,zk2:2181,zk3:2181/my-app" });
// The TTL becomes the session's timeout: all leases of the process last as long as its session.
const locks = zookeeper(ensemble.connect({ lockTtlMs: 10_000 }));

await holdLease(locks, ["invoice:42"], { lockTtlMs: 10_000, lockWaitMs: 5_000 }, async (held) => {
  console.log("working with the fencing token", held.fencingTokens?.get("invoice:42"));
  held.throwIfLost();
});

await locks.close?.();
