import { randomUUID } from "node:crypto";
import { type Clock, sleep, systemClock } from "../clock.ts";
import type { Availability } from "../lease-store.ts";
import type { Remedy } from "../remedy.ts";
import { type Fault, faultOf, isAnswer, NoAnswer, NotAsked, remedyFor } from "./lock-node-fault.ts";
import type { RedisClient } from "./redis-client.ts";

const DEADLINE_MS = { least: 50, most: 300 };
/** A node may take this many times its usual latency. */
const PATIENCE = 10;
const PROBE_BOUND_MS = 800;
const LOOK_AGAIN_MS = 1_000;
/** Between two tries to send a command that failed although the connection is there. */
const REPEAT_MS = 20;

const known = new WeakMap<RedisClient, LockNode>();

/**
 * The one LockNode of a connection: all locks that share the connection share what is known of the node.
 * The clock counts at the first call for a connection only.
 */
export function lockNode(redis: RedisClient, clock: Clock = systemClock): LockNode {
  const node = known.get(redis) ?? new LockNode(redis, clock);
  known.set(redis, node);
  return node;
}

export const reconnectAfterMs = (attempt: number) => Math.min(attempt * 50, 1_000);

/**
 * How to connect `ioredis` to a lock node. The node answers at once or counts as unreachable: commands are not queued until
 * it is back, because a lock that is granted to a client that has stopped waiting helps nobody.
 */
export const lockNodeOptions = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  // A node that loads its data is connected at once, so that it can say so.
  enableReadyCheck: false,
  // The locks set each command's deadline. This one is for a network path that is gone while both ends believe in it.
  socketTimeout: 5_000,
  connectTimeout: 1_000,
  retryStrategy: reconnectAfterMs,
};

/**
 * A Redis whose answers have a deadline, and that is not asked while it owes an answer. So a hung node costs one deadline
 * and not one for each lock, and its commands do not pile up in this process.
 */
export class LockNode {
  /** Undefined while the node works. Listeners are called once for each change. */
  fault: Fault | undefined;
  readonly #listeners = new Set<(fault: Fault | undefined) => void>();
  readonly #repeats = new Set<() => void>();
  #lastConnectionError: string | undefined;
  #usualLatencyMs = 1;
  #overdue = 0;
  #lookingAgain = false;

  constructor(
    readonly redis: RedisClient,
    readonly clock: Clock,
  ) {
    redis.on("error", (error: NodeJS.ErrnoException) => {
      this.#lastConnectionError = error.message || error.code || String(error);
      this.#note(faultOf(error));
    });
    redis.on("close", () => this.#note({ kind: "unreachable", sentence: "the connection closed" }));
    redis.on("ready", () => {
      this.#lastConnectionError = undefined;
      // A connection alone does not prove that it grants locks: a replica, a full and a loading node connect too.
      if (this.fault) void this.probe();
      for (const repeat of [...this.#repeats]) repeat();
    });
  }

  /** Whether an answer is overdue: the node, or the network to it, hangs. */
  get isHanging(): boolean {
    return this.#overdue > 0;
  }

  /** The time that an answer may take now, in milliseconds. */
  get deadlineMs(): number {
    const wanted = Math.ceil((PATIENCE * this.#usualLatencyMs) / 10) * 10;
    return Math.min(DEADLINE_MS.most, Math.max(DEADLINE_MS.least, wanted));
  }

  onChange(listener: (fault: Fault | undefined) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Sends a command that may be left out. A node that still owes an answer is not asked.
   * @throws NotAsked, NoAnswer, or the node's error.
   */
  ask<T>(send: () => Promise<T>, boundMs = this.deadlineMs): Promise<T> {
    return this.isHanging ? Promise.reject(new NotAsked(boundMs)) : this.#send(send, boundMs);
  }

  /**
   * Sends a command that must not be left out, such as a release, to a hanging node too: a connection keeps the order, so
   * it arrives right after the command that it undoes. The answer of a hanging node is not waited for.
   *
   * If the connection closes before the node has answered, the command is sent again on the next one, until `untilMs` by
   * the node's clock. The caller is told of the first failure at once and does not wait for that.
   */
  tell<T>(send: () => Promise<T>, untilMs = Number.NEGATIVE_INFINITY): Promise<T> {
    const isHanging = this.isHanging;
    const sendOnce = () => {
      const sent = send();
      sent.catch((error) => this.repeatLater(error, () => void this.tell(send, untilMs).catch(() => {}), untilMs));
      return sent;
    };
    const answer = this.#send(sendOnce, this.deadlineMs);
    if (!isHanging) return answer;
    answer.catch(() => {});
    return Promise.reject(new NoAnswer(0));
  }

  /** Calls `repeat` on the next connection, unless the error was the node's own answer or `untilMs` comes first. */
  repeatLater(error: unknown, repeat: () => void, untilMs: number): void {
    const leftMs = untilMs - this.clock.now();
    if (isAnswer(error) || leftMs <= 0) return;
    const forget = () => {
      cancel();
      this.#repeats.delete(onReady);
    };
    const onReady = () => {
      forget();
      repeat();
    };
    const isConnected = this.redis.status === "ready";
    const cancel = isConnected
      ? this.clock.after(REPEAT_MS, onReady, { unref: true })
      : this.clock.after(leftMs, forget, { unref: true });
    if (!isConnected) this.#repeats.add(onReady);
  }

  /** Writes to the node, as a lock does: a replica, a full or a loading node answers PING and grants nothing. */
  async probe(): Promise<Fault | undefined> {
    try {
      await this.ask(() => this.redis.set(`lock:probe:${randomUUID()}`, "1", "PX", 1, "NX"), PROBE_BOUND_MS);
      this.#note(undefined);
      return undefined;
    } catch (error) {
      return faultOf(error, this.#lastConnectionError);
    }
  }

  /** For an error that came inside an answer. */
  noteError(error: Error): void {
    this.#note(faultOf(error, this.#lastConnectionError));
  }

  #send<T>(send: () => Promise<T>, boundMs: number): Promise<T> {
    const { clock } = this;
    const began = clock.now();
    return new Promise((resolve, reject) => {
      let isSettled = false;
      let isOverdue = false;
      const giveUp = () => {
        if (isSettled) return;
        isOverdue = true;
        this.#overdue += 1;
        reject(new NoAnswer(boundMs));
        this.#note(faultOf(new NoAnswer(boundMs)), LOOK_AGAIN_MS);
      };
      // One more event-loop tick: the answer may already be in the socket, and this process may have been late.
      const cancel = clock.after(boundMs, () => void setImmediate(giveUp));
      const settle = () => {
        isSettled = true;
        cancel();
        if (isOverdue) this.#overdue -= 1;
      };
      send().then(
        (answer) => {
          settle();
          const tookMs = Math.min(clock.now() - began, DEADLINE_MS.most);
          this.#usualLatencyMs += (tookMs - this.#usualLatencyMs) / 16;
          if (this.fault) void this.#lookAgain();
          resolve(answer);
        },
        (error) => {
          settle();
          if (!isMissingScript(error)) this.#note(faultOf(error, this.#lastConnectionError));
          reject(error);
        },
      );
    });
  }

  /** Reports a change, once. A slow answer is only reported if the node is still silent after `patienceMs`. */
  #note(fault: Fault | undefined, patienceMs = 0): void {
    if (fault && patienceMs > 0) {
      this.clock.after(patienceMs, () => this.isHanging && this.#note(fault), { unref: true });
      return;
    }
    if (fault && this.redis.status === "ready") void this.#lookAgain();
    if (fault?.kind === this.fault?.kind) return;
    // Without a connection there is nothing new to learn: keep the first reason until the node is back.
    if (fault?.kind === "unreachable" && this.fault && this.redis.status !== "ready") return;
    this.fault = fault;
    for (const listener of this.#listeners) listener(fault);
  }

  /** Tries a write once a second until the node accepts it, so that its recovery is reported without any lock traffic. */
  async #lookAgain(): Promise<void> {
    if (this.#lookingAgain) return;
    this.#lookingAgain = true;
    await sleep(this.clock, LOOK_AGAIN_MS, { unref: true });
    this.#lookingAgain = false;
    if (this.fault && this.redis.status === "ready" && (await this.probe())) void this.#lookAgain();
  }
}

/** The availability of a lock that needs this one node. */
export async function availabilityOfOnly(node: LockNode, remedy: Remedy): Promise<Availability> {
  const fault = await node.probe();
  if (!fault) return { available: true };
  const { host, port } = node.redis.options;
  const reason = `The lock node redis-1 (${host}:${port}) grants nothing: ${fault.sentence}. ${remedyFor(fault, 1, node.redis.options, remedy)}`;
  return { available: false, reason };
}

const isMissingScript = (error: unknown) => error instanceof Error && error.message.startsWith("NOSCRIPT");
