export { leaseStoreContract } from "./contract.ts";
export type { ContractSubject, HistoryRecorder, OpenedStore, Property, TestFunctions } from "./contract-subject.ts";
export { manualClock } from "./manual-clock.ts";
export { httpProtocol, type Protocol, redisProtocol, zooKeeperProtocol } from "./protocols.ts";
export type { Direction, Fate } from "./proxy-faults.ts";
export { openTcpProxy, type TcpProxy, type TcpProxyOptions } from "./tcp-proxy.ts";
