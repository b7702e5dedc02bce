import { system } from "@last-unit/stack/testing";
import { Redis } from "ioredis";

/** Connections to the five lock nodes whose commands wait for the connection, so that a test may begin at once. */
export function openLockNodes(): Redis[] {
  return system.redis.map(({ url }) => {
    const node = new Redis(url, { enableOfflineQueue: true, commandTimeout: 1_000 });
    node.on("error", () => {});
    return node;
  });
}
