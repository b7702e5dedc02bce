import { randomUUID } from "node:crypto";

/**
 * A UUID that begins with the time, in milliseconds (RFC 9562, version 7): orders that are placed together lie together
 * in every index, however many there are already.
 */
export function newOrderId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
