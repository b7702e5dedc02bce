import type { Redis } from "ioredis";
import type { Clock } from "../clock.ts";
import { lockNode } from "../redis/lock-node.ts";

type Listener = (message: string) => void;

interface Channel {
  listeners: Set<Listener>;
  isSubscribed: boolean;
  /** By the clock, in milliseconds. */
  lastWaitedForAt: number;
  cancelUnsubscribe?: () => void;
}

/** A resource that is waited for now is likely to be waited for again. */
const LINGER_MS = 2_000;

const known = new WeakMap<Redis, ReleaseNotifications>();

/** The one subscriber of a node in this process: a connection of its own, opened when a client first waits. */
export function releaseNotificationsOf(redis: Redis): ReleaseNotifications {
  const notifications = known.get(redis) ?? new ReleaseNotifications(redis, lockNode(redis).clock);
  known.set(redis, notifications);
  return notifications;
}

export class ReleaseNotifications {
  readonly #channels = new Map<string, Channel>();
  readonly #clock: Clock;
  #subscriber: Redis | undefined;

  constructor(
    readonly redis: Redis,
    clock: Clock,
  ) {
    this.#clock = clock;
    // Closes with its node's connection and not with a store: other stores over the same connection still listen.
    redis.once("end", () => this.close());
  }

  /** Whether the node itself has confirmed the subscription. */
  isSubscribed(name: string): boolean {
    return this.#subscriber?.status === "ready" && this.#channels.get(name)?.isSubscribed === true;
  }

  /** Calls back on each message. Resolves when the node has confirmed the subscription, or could not. */
  async listen(name: string, listener: Listener): Promise<void> {
    let channel = this.#channels.get(name);
    if (!channel) {
      channel = { listeners: new Set(), isSubscribed: false, lastWaitedForAt: this.#clock.now() };
      this.#channels.set(name, channel);
    }
    channel.cancelUnsubscribe?.();
    channel.listeners.add(listener);
    if (this.isSubscribed(name)) return;
    try {
      await this.#connection().subscribe(name);
      channel.isSubscribed = true;
    } catch {
      // The waiter polls instead, and the next one tries again.
    }
  }

  /** A client was refused and waits: keep the subscription for some time after it. */
  isWaitedFor(name: string): void {
    const channel = this.#channels.get(name);
    if (channel) channel.lastWaitedForAt = this.#clock.now();
  }

  stop(name: string, listener: Listener): void {
    const channel = this.#channels.get(name);
    if (!channel?.listeners.delete(listener) || channel.listeners.size > 0) return;
    const unsubscribe = () => {
      this.#channels.delete(name);
      this.#subscriber?.unsubscribe(name).catch(() => {});
    };
    const lingerMs = channel.lastWaitedForAt + LINGER_MS - this.#clock.now();
    channel.cancelUnsubscribe = this.#clock.after(lingerMs, unsubscribe, { unref: true });
  }

  close(): void {
    for (const { cancelUnsubscribe } of this.#channels.values()) cancelUnsubscribe?.();
    this.#channels.clear();
    this.#subscriber?.disconnect();
    this.#subscriber = undefined;
  }

  #connection(): Redis {
    if (this.#subscriber) return this.#subscriber;
    const subscriber = this.redis.duplicate({
      enableOfflineQueue: true,
      maxRetriesPerRequest: 0,
      autoResubscribe: true,
    });
    // The node's own connection reports its errors.
    subscriber.on("error", () => {});
    subscriber.on("message", (name: string, message: string) => {
      for (const listener of this.#channels.get(name)?.listeners ?? []) listener(message);
    });
    this.#subscriber = subscriber;
    return subscriber;
  }
}
