import type { Redis } from "ioredis";

type Listener = (message: string) => void;

interface Channel {
  listeners: Set<Listener>;
  isSubscribed: boolean;
  /** On the monotonic clock, in milliseconds. */
  lastWaitedForAt: number;
  linger?: NodeJS.Timeout;
}

/** A resource that is waited for now is likely to be waited for again. */
const LINGER_MS = 2_000;

const known = new WeakMap<Redis, Announcements>();

/** The one subscriber of a node in this process: a connection of its own, opened when somebody first waits. */
export function announcementsOf(redis: Redis): Announcements {
  const announcements = known.get(redis) ?? new Announcements(redis);
  known.set(redis, announcements);
  return announcements;
}

export class Announcements {
  readonly #channels = new Map<string, Channel>();
  #subscriber: Redis | undefined;

  constructor(readonly redis: Redis) {
    // With its node's connection, not with a lock's client: others over the same connection still listen.
    redis.once("end", () => this.close());
  }

  /** Whether the node itself has confirmed that it will tell. */
  hears(name: string): boolean {
    return this.#subscriber?.status === "ready" && this.#channels.get(name)?.isSubscribed === true;
  }

  /** Calls back on each message. Resolves when the node has confirmed it, or could not. */
  async listen(name: string, listener: Listener): Promise<void> {
    let channel = this.#channels.get(name);
    if (!channel) {
      channel = { listeners: new Set(), isSubscribed: false, lastWaitedForAt: performance.now() };
      this.#channels.set(name, channel);
    }
    clearTimeout(channel.linger);
    channel.listeners.add(listener);
    if (this.hears(name)) return;
    try {
      await this.#connection().subscribe(name);
      channel.isSubscribed = true;
    } catch {
      // The waiter polls instead, and the next one tries again.
    }
  }

  /** Somebody was refused and waits for it: it is worth listening for some time longer. */
  isWaitedFor(name: string): void {
    const channel = this.#channels.get(name);
    if (channel) channel.lastWaitedForAt = performance.now();
  }

  stop(name: string, listener: Listener): void {
    const channel = this.#channels.get(name);
    if (!channel?.listeners.delete(listener) || channel.listeners.size > 0) return;
    const lingerMs = Math.max(0, channel.lastWaitedForAt + LINGER_MS - performance.now());
    channel.linger = setTimeout(() => {
      this.#channels.delete(name);
      this.#subscriber?.unsubscribe(name).catch(() => {});
    }, lingerMs).unref();
  }

  close(): void {
    for (const { linger } of this.#channels.values()) clearTimeout(linger);
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
    // The node's own connection tells what ails it.
    subscriber.on("error", () => {});
    subscriber.on("message", (name: string, message: string) => {
      for (const listener of this.#channels.get(name)?.listeners ?? []) listener(message);
    });
    this.#subscriber = subscriber;
    return subscriber;
  }
}
