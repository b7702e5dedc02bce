import { randomBytes } from "node:crypto";
import { type Clock, within } from "../clock.ts";
import { ownerToken } from "../owner.ts";
import type { ReleaseNotifications } from "./release-notifications.ts";
import { type Acquire, channelOf } from "./scripts.ts";

/** How long each in the queue gives the one before it to take a released lock: a busy process wakes late. */
const GRACE_MS = { min: 20, max: 40 };
/** A lease that expires sends no notification, and a notification may get lost. */
const FALLBACK_MS = { min: 80, max: 160 };
/** Used while no notifications can be received. */
const POLL_MS = { min: 8, max: 40 };
/** Used when the votes were split: then nobody holds the lock and no notification will come. */
const SPLIT_MS = { min: 1, max: 8, forEachPosition: 6 };
const SUBSCRIBE_BOUND_MS = 50;

const graceMs = (position: number) => Math.min(Math.max(1, position) * jittered(GRACE_MS), FALLBACK_MS.min);

const jittered = ({ min, max }: { min: number; max: number }) => min + Math.random() * (max - min);

export interface Refusal {
  /** How many waiters are before this one in the queue. */
  position: number;
  /** Nobody holds the lock, and another waiter goes first. */
  isDeferred: boolean;
  /** Nobody has a majority. */
  isSplit: boolean;
}

/**
 * A client that waits for resources. It decides when to try again: when a majority of the nodes has notified it of a
 * release, at once if it has waited longest, and a little later if another has. A notification is only a hint: whether the
 * lock is free is decided by the attempt.
 */
export class Waiter {
  /** Its owners all begin with it, so that a node recognises one waiter: 16 random bytes, in as few characters as possible. */
  readonly id = randomBytes(16).toString("base64url");
  /** Each node's last notification since the last attempt. */
  readonly #received = new Map<number, { owner: string; first: string }>();
  readonly #listeners: { node: ReleaseNotifications; channel: string; listener: (message: string) => void }[] = [];
  readonly #majority: number;
  #go: ((command: Acquire) => void) | undefined;
  #cancelGrace = () => {};
  #graceFor: string | undefined;
  #position = 0;

  constructor(
    readonly nodes: readonly ReleaseNotifications[],
    readonly resources: readonly string[],
    readonly clock: Clock,
    readonly holder?: string,
  ) {
    this.#majority = Math.floor(nodes.length / 2) + 1;
  }

  /** The owner of this attempt. Never the same twice: what a hung node carries out late must not affect a later attempt. */
  ownerOf(attempt: number): string {
    return ownerToken(attempt === 0 ? this.id : `${this.id}.${attempt}`, this.holder);
  }

  /** Listens only if this process is already subscribed: most callers need not wait. */
  listenIfSubscribed(): void {
    if (this.#isSubscribed()) this.#attach(false);
  }

  /** Begins to listen. True if it did not before, so that a notification may have been missed. */
  async listen(): Promise<boolean> {
    if (this.#isAttached) {
      for (const { node, channel } of this.#listeners) node.isWaitedFor(channel);
      return false;
    }
    await this.#untilSubscribed(this.#attach(true));
    return true;
  }

  /** Forgets the notifications from before an attempt: they say nothing about what comes after it. */
  beginAttempt(): void {
    this.#received.clear();
    this.#graceFor = undefined;
  }

  /** Waits for a good moment to try, for `mostMs` milliseconds at most, and returns how to ask then. */
  async turn(mostMs: number, { position, isDeferred, isSplit }: Refusal): Promise<Acquire> {
    this.#position = position;
    const lookAgainMs = jittered(this.#isSubscribed() || isDeferred || isSplit ? FALLBACK_MS : POLL_MS);
    let cancelLookAgain = () => {};
    const command = await new Promise<Acquire>((resolve) => {
      this.#go = resolve;
      const splitMs = jittered(SPLIT_MS) + position * SPLIT_MS.forEachPosition;
      if (isDeferred) this.#startGrace(graceMs(position), "acquire-past");
      else if (isSplit) this.#startGrace(splitMs, "acquire-first");
      // However often the lock changes hands among others: a waiter that was overtaken has lost its position, is not
      // notified, and must queue again.
      cancelLookAgain = this.clock.after(Math.min(lookAgainMs, Math.max(0, mostMs)), () => resolve("acquire"));
      this.#consider();
    });
    this.#go = undefined;
    this.#cancelGrace();
    cancelLookAgain();
    return command;
  }

  stop(): void {
    for (const { node, channel, listener } of this.#listeners) node.stop(channel, listener);
  }

  #receive(node: number, message: string): void {
    const [owner = "", first = ""] = message.split(" ");
    this.#received.set(node, { owner, first });
    this.#consider(owner);
  }

  #consider(owner = ""): void {
    if (!this.#go || this.#received.size < this.#majority) return;
    const forMe = [...this.#received.values()].filter(({ first }) => first === this.id || first === "").length;
    if (forMe * 2 > this.#received.size) this.#go("acquire-first");
    else if (this.#graceFor !== owner) {
      this.#graceFor = owner;
      this.#cancelGrace();
      this.#startGrace(graceMs(this.#position), "acquire-past");
      this.#position -= 1;
    }
  }

  #startGrace(ms: number, command: Acquire): void {
    const go = this.#go;
    this.#cancelGrace = this.clock.after(ms, () => go?.(command));
  }

  get #isAttached(): boolean {
    return this.#listeners.length > 0;
  }

  #attach(isWaiting: boolean): Promise<void>[] {
    const confirmations: Promise<void>[] = [];
    for (const [index, node] of this.nodes.entries()) {
      for (const resource of this.resources) {
        const channel = channelOf(resource);
        const listener = (message: string) => this.#receive(index, message);
        this.#listeners.push({ node, channel, listener });
        confirmations.push(node.listen(channel, listener));
        if (isWaiting) node.isWaitedFor(channel);
      }
    }
    return confirmations;
  }

  #isSubscribed(): boolean {
    const isSubscribed = (node: ReleaseNotifications) =>
      this.resources.every((name) => node.isSubscribed(channelOf(name)));
    return this.nodes.filter(isSubscribed).length >= this.#majority;
  }

  async #untilSubscribed(confirmations: readonly Promise<void>[]): Promise<void> {
    const subscribed = new Promise<void>((resolve) => {
      for (const confirmed of confirmations) void confirmed.then(() => this.#isSubscribed() && resolve());
    });
    await within(this.clock, SUBSCRIBE_BOUND_MS, subscribed, () => {});
  }
}
