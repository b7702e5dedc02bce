import { Redis } from "ioredis";

export const reconnectAfterMs = (attempt: number) => Math.min(attempt * 50, 1_000);

/**
 * A lock node answers at once or counts as away: no queue of commands that would be sent when it is back, since a lock
 * granted to somebody who stopped waiting helps nobody.
 */
export function connectLockNode(url: string): Redis {
  return new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // A node that loads its data is connected at once, so that it can say so.
    enableReadyCheck: false,
    // The guards set each command's deadline. This one is for a way that is gone while both ends believe in it.
    socketTimeout: 5_000,
    connectTimeout: 1_000,
    retryStrategy: reconnectAfterMs,
  });
}
