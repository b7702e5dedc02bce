import { randomBytes } from "node:crypto";
import type { Announcements } from "./announcements.ts";
import { type Acquire, channelOf } from "./scripts.ts";

/** How long each in the line gives the one before it to take what became free: a busy machine wakes nobody at once. */
const GRACE_MS = { min: 20, max: 40 };
/** Nobody announces a lease that ran out, and an announcement may get lost. */
const FALLBACK_MS = { min: 80, max: 160 };
/** Where announcements cannot be heard. */
const POLL_MS = { min: 8, max: 40 };
/** Among those who split the votes, so that nobody holds it and nobody will announce it. */
const SPLIT_MS = { min: 1, max: 8, forEachPlace: 6 };
const SUBSCRIBE_BOUND_MS = 50;

const graceMs = (place: number) => Math.min(Math.max(1, place) * jittered(GRACE_MS), FALLBACK_MS.min);

const jittered = ({ min, max }: { min: number; max: number }) => min + Math.random() * (max - min);

export interface Refusal {
  /** How many stand before it in the line. */
  place: number;
  /** Nobody holds the lock, and somebody else goes first. */
  isDeferred: boolean;
  /** Nobody has a majority. */
  isSplit: boolean;
}

/**
 * One who waits for resources, and knows when to try again: when a majority of the nodes has announced that they became
 * free, at once if it has waited longest and a little later if another has. Only a hint: a try is a try.
 */
export class Waiter {
  /** Its owners all begin by it, so that a node knows them for one waiter: 16 random bytes, in as few characters as can be. */
  readonly id = randomBytes(16).toString("base64url");
  /** Each node's last announcement since the last try. */
  readonly #heard = new Map<number, { owner: string; first: string }>();
  readonly #listeners: { announcements: Announcements; channel: string; listener: (message: string) => void }[] = [];
  readonly #majority: number;
  #go: ((command: Acquire) => void) | undefined;
  #grace: NodeJS.Timeout | undefined;
  #graceFor: string | undefined;
  #place = 0;

  constructor(
    readonly nodes: readonly Announcements[],
    readonly resources: readonly string[],
  ) {
    this.#majority = Math.floor(nodes.length / 2) + 1;
  }

  /** The owner of its try of this number. Never the same twice: what a hung node does late must not meet a later try. */
  ownerOf(attempt: number): string {
    return attempt === 0 ? this.id : `${this.id}.${attempt}`;
  }

  /** Hears what this process already listens to, without asking the nodes for more: most who come need not wait. */
  overhear(): void {
    if (this.#isHearing()) this.#attach(false);
  }

  /** Begins to hear. True if it did not before, so that something may have been missed. */
  async listen(): Promise<boolean> {
    if (this.#isAttached) {
      for (const { announcements, channel } of this.#listeners) announcements.isWaitedFor(channel);
      return false;
    }
    await this.#untilHearing(this.#attach(true));
    return true;
  }

  /** What was announced before a try says nothing about what comes after it. */
  beginTry(): void {
    this.#heard.clear();
    this.#graceFor = undefined;
  }

  /** Waits for a good moment to try, for `mostMs` at most, and says how to ask then. */
  async turn(mostMs: number, { place, isDeferred, isSplit }: Refusal): Promise<Acquire> {
    this.#place = place;
    const lookAgainMs = jittered(this.#isHearing() || isDeferred || isSplit ? FALLBACK_MS : POLL_MS);
    let lookAgain: NodeJS.Timeout | undefined;
    const command = await new Promise<Acquire>((resolve) => {
      this.#go = resolve;
      const splitMs = jittered(SPLIT_MS) + place * SPLIT_MS.forEachPlace;
      if (isDeferred) this.#grace = setTimeout(resolve, graceMs(place), "acquire-past");
      else if (isSplit) this.#grace = setTimeout(resolve, splitMs, "acquire-first");
      // However busily the lock goes from hand to hand among others: whoever was overtaken has lost its place, is called
      // by nobody, and must take a new one.
      lookAgain = setTimeout(resolve, Math.min(lookAgainMs, Math.max(0, mostMs)), "acquire");
      this.#consider();
    });
    this.#go = undefined;
    clearTimeout(this.#grace);
    clearTimeout(lookAgain);
    return command;
  }

  stop(): void {
    for (const { announcements, channel, listener } of this.#listeners) announcements.stop(channel, listener);
  }

  #hear(node: number, message: string): void {
    const [owner = "", first = ""] = message.split(" ");
    this.#heard.set(node, { owner, first });
    this.#consider(owner);
  }

  #consider(owner = ""): void {
    if (!this.#go || this.#heard.size < this.#majority) return;
    const forMe = [...this.#heard.values()].filter(({ first }) => first === this.id || first === "").length;
    if (forMe * 2 > this.#heard.size) this.#go("acquire-first");
    else if (this.#graceFor !== owner) {
      this.#graceFor = owner;
      clearTimeout(this.#grace);
      this.#grace = setTimeout(this.#go, graceMs(this.#place), "acquire-past");
      this.#place -= 1;
    }
  }

  get #isAttached(): boolean {
    return this.#listeners.length > 0;
  }

  #attach(isWaiting: boolean): Promise<void>[] {
    const confirmations: Promise<void>[] = [];
    for (const [index, announcements] of this.nodes.entries()) {
      for (const resource of this.resources) {
        const channel = channelOf(resource);
        const listener = (message: string) => this.#hear(index, message);
        this.#listeners.push({ announcements, channel, listener });
        confirmations.push(announcements.listen(channel, listener));
        if (isWaiting) announcements.isWaitedFor(channel);
      }
    }
    return confirmations;
  }

  #isHearing(): boolean {
    const hears = (announcements: Announcements) =>
      this.resources.every((name) => announcements.hears(channelOf(name)));
    return this.nodes.filter(hears).length >= this.#majority;
  }

  #untilHearing(confirmations: readonly Promise<void>[]): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, SUBSCRIBE_BOUND_MS);
      for (const confirmed of confirmations) {
        void confirmed.then(() => {
          if (!this.#isHearing()) return;
          clearTimeout(timer);
          resolve();
        });
      }
    });
  }
}
