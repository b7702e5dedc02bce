export {
  parseZooKeeperUrl,
  type SessionSettings,
  type ZooKeeperConnection,
  type ZooKeeperEnsemble,
  type ZooKeeperOptions,
  zooKeeperEnsemble,
} from "./connection.ts";
export { locksInZooKeeper } from "./locks-in-zookeeper.ts";
export type { ZooKeeperSession } from "./session.ts";
export { zookeeper, zookeeperAbout } from "./zookeeper.ts";
