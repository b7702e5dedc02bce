import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Availability } from "../lease-store.ts";
import { NoAnswer, remedyFor, type Trouble, troubleOf } from "./lock-node-trouble.ts";

const DEADLINE_MS = { least: 50, most: 300 };
/** A node may take this many times its usual latency. */
const PATIENCE = 10;
const PROBE_BOUND_MS = 800;
const LOOK_AGAIN_MS = 1_000;

const known = new WeakMap<Redis, LockNode>();

/** The one LockNode of a connection: all guards that share the connection share what is known of the node. */
export function lockNode(redis: Redis): LockNode {
  const node = known.get(redis) ?? new LockNode(redis);
  known.set(redis, node);
  return node;
}

/**
 * A Redis that is asked with a deadline, and left alone while it owes an answer. So a hung node costs one deadline and
 * not one for each lock, and its commands do not pile up in this process.
 */
export class LockNode {
  /** Undefined while the node works; told to whoever listens, once per change. */
  trouble: Trouble | undefined;
  readonly #listeners = new Set<(trouble: Trouble | undefined) => void>();
  #lastConnectionError: string | undefined;
  #usualLatencyMs = 1;
  #overdue = 0;
  #lookingAgain = false;

  constructor(readonly redis: Redis) {
    redis.on("error", (error: NodeJS.ErrnoException) => {
      this.#lastConnectionError = error.message || error.code || String(error);
      this.#note(troubleOf(error));
    });
    redis.on("close", () => this.#note({ kind: "unreachable", sentence: "the connection closed" }));
    redis.on("ready", () => {
      this.#lastConnectionError = undefined;
      // Connected is not well: a replica, a full and a loading node connect too.
      if (this.trouble) void this.probe();
    });
  }

  /** Whether an answer is overdue: the node, or the way to it, hangs. */
  get isHanging(): boolean {
    return this.#overdue > 0;
  }

  /** The time that an answer may take now, in milliseconds. */
  get deadlineMs(): number {
    const wanted = Math.ceil((PATIENCE * this.#usualLatencyMs) / 10) * 10;
    return Math.min(DEADLINE_MS.most, Math.max(DEADLINE_MS.least, wanted));
  }

  onChange(listener: (trouble: Trouble | undefined) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Asks for something that may as well not happen. A node that still owes an answer is not asked.
   * @throws NoAnswer, or the node's error.
   */
  ask<T>(send: () => Promise<T>, boundMs = this.deadlineMs): Promise<T> {
    return this.isHanging ? Promise.reject(new NoAnswer(boundMs)) : this.#send(send, boundMs);
  }

  /**
   * Sends what has to be done, as a release, to a hanging node too: a connection keeps the order, so it will come right
   * after the command that it undoes. Nobody waits for a hanging node's answer.
   */
  tell<T>(send: () => Promise<T>): Promise<T> {
    const isHanging = this.isHanging;
    const answer = this.#send(send, this.deadlineMs);
    if (!isHanging) return answer;
    answer.catch(() => {});
    return Promise.reject(new NoAnswer(0));
  }

  /** Asks the node to write, as a lock does: a replica, a full or a loading node answers PING and grants nothing. */
  async probe(): Promise<Trouble | undefined> {
    try {
      await this.ask(() => this.redis.set(`lock:probe:${randomUUID()}`, "1", "PX", 1, "NX"), PROBE_BOUND_MS);
      this.#note(undefined);
      return undefined;
    } catch (error) {
      return troubleOf(error, this.#lastConnectionError);
    }
  }

  /** For an error that came inside an answer. */
  noteError(error: Error): void {
    this.#note(troubleOf(error, this.#lastConnectionError));
  }

  #send<T>(send: () => Promise<T>, boundMs: number): Promise<T> {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      let isSettled = false;
      let isOverdue = false;
      const giveUp = () => {
        if (isSettled) return;
        isOverdue = true;
        this.#overdue += 1;
        reject(new NoAnswer(boundMs));
        this.#note(troubleOf(new NoAnswer(boundMs)), LOOK_AGAIN_MS);
      };
      // One more turn of the event loop: the answer may lie in the socket, and it was this process that was late.
      const timer = setTimeout(() => setImmediate(giveUp), boundMs);
      const settle = () => {
        isSettled = true;
        clearTimeout(timer);
        if (isOverdue) this.#overdue -= 1;
      };
      send().then(
        (answer) => {
          settle();
          const tookMs = Math.min(performance.now() - began, DEADLINE_MS.most);
          this.#usualLatencyMs += (tookMs - this.#usualLatencyMs) / 16;
          if (this.trouble) void this.#lookAgain();
          resolve(answer);
        },
        (error) => {
          settle();
          if (!isMissingScript(error)) this.#note(troubleOf(error, this.#lastConnectionError));
          reject(error);
        },
      );
    });
  }

  /** Tells of a change, once. A slow answer is only worth telling when the node is still silent after `patienceMs`. */
  #note(trouble: Trouble | undefined, patienceMs = 0): void {
    if (trouble && patienceMs > 0) {
      setTimeout(() => this.isHanging && this.#note(trouble), patienceMs).unref();
      return;
    }
    if (trouble && this.redis.status === "ready") void this.#lookAgain();
    if (trouble?.kind === this.trouble?.kind) return;
    // Without a connection there is nothing new to learn: the first reason stands until the node is back.
    if (trouble?.kind === "unreachable" && this.trouble && this.redis.status !== "ready") return;
    this.trouble = trouble;
    for (const listener of this.#listeners) listener(trouble);
  }

  /** Tries a write once a second until the node takes it, so that its recovery is told without anybody buying. */
  async #lookAgain(): Promise<void> {
    if (this.#lookingAgain) return;
    this.#lookingAgain = true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS).unref());
    this.#lookingAgain = false;
    if (this.trouble && this.redis.status === "ready" && (await this.probe())) void this.#lookAgain();
  }
}

/** The availability of a guard that needs this one node, which the stack calls redis-1. */
export async function availabilityOfOnly(node: LockNode): Promise<Availability> {
  const trouble = await node.probe();
  if (!trouble) return { available: true };
  const { host, port } = node.redis.options;
  const reason = `The lock node redis-1 (${host}:${port}) grants nothing: ${trouble.sentence}. ${remedyFor(trouble, "redis-1", node.redis.options)}`;
  return { available: false, reason };
}

const isMissingScript = (error: unknown) => error instanceof Error && error.message.startsWith("NOSCRIPT");
