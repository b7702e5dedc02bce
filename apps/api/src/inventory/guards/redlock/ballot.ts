import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import Redlock, { type ScriptClient } from "redlock";
import type { Votes } from "../../checkpoint.ts";
import type { LockNode } from "../lock-node.ts";
import { LEAVE_SCRIPT, refusalOf, scriptModifiers } from "./scripts.ts";

type Vote = "for" | "against" | "unavailable";

export interface Candidate {
  /** Which waiter asks, to find its place in the line. */
  readonly id: string;
  waitedMs: number;
  /** Lets those go first who stand before it in the line. */
  isPolite: boolean;
  /** When it releases: its own process's next is on its way, and nobody else need come. */
  isHandedOn?: boolean;
}

/**
 * One attempt's votes, and the clients that the package collects them by.
 *
 * The package waits for a majority alone, but tells the votes only when the last node has answered, and it asks every
 * node with all the time in the world. So each attempt gets clients of its own that keep a deadline and write the votes
 * down as they come.
 */
export class Ballot {
  readonly quorum: Redlock;
  readonly #booths: Booth[];

  constructor(
    nodes: readonly LockNode[],
    readonly candidate: Candidate,
  ) {
    this.#booths = nodes.map((node) => new Booth(node, candidate));
    // One attempt a call: the package keeps a minority while it retries by itself, and is then refused by its own keys.
    this.quorum = new Redlock(this.#booths, { retryCount: 0 }, scriptModifiers);
  }

  /** Forgets the votes: the next ones are about an extension. */
  reopen(): void {
    for (const booth of this.#booths) booth.vote = undefined;
  }

  /**
   * The votes that are in after `patienceMs`, or as soon as all are. 0 is for the few turns of the event loop in which the
   * last healthy nodes answer.
   */
  async votes(patienceMs = 0): Promise<Votes> {
    const until = performance.now() + patienceMs;
    const isOpen = () => this.#booths.some((booth) => !booth.vote);
    for (let turn = 0; isOpen() && (turn < 5 || performance.now() < until); turn += 1)
      await (turn < 5 ? nextTurn() : sleep(1));
    const count = (vote: Vote) => this.#booths.filter((booth) => booth.vote === vote).length;
    return { for: count("for"), against: count("against"), unavailable: count("unavailable") };
  }

  /** Where the candidate stands in the line, as the nodes in the middle see it; and whether it was only not its turn. */
  refusal(): { place: number; isDeferred: boolean } {
    const refusals = this.#booths.flatMap((booth) => booth.refusal ?? []);
    const places = refusals.map(({ place }) => place).sort((a, b) => a - b);
    const place = places[Math.floor(places.length / 2)] ?? 0;
    return { place, isDeferred: refusals.filter(({ isDeferred }) => isDeferred).length * 2 > this.#booths.length };
  }

  /** Takes the candidate out of the lines of the nodes that may have given it a place and no lock. */
  leaveLine(resources: readonly string[]): void {
    for (const booth of this.#booths) if (booth.vote !== "for") booth.leaveLine(resources);
  }
}

/** A node as the package sees it: the two calls that it makes, with a deadline. */
class Booth implements ScriptClient {
  vote: Vote | undefined;
  refusal: { place: number; isDeferred: boolean } | undefined;
  #wasAsked = false;

  constructor(
    readonly node: LockNode,
    readonly candidate: Candidate,
  ) {}

  evalsha(hash: string, keyCount: number, input: (string | number)[]): Promise<unknown> {
    if (hash === scripts.releaseScript.hash) return this.#release(keyCount, input);
    return this.#cast(
      hash === scripts.acquireScript.hash,
      (args) => this.#redis.evalsha(hash, keyCount, ...args),
      input,
    );
  }

  eval(script: string, keyCount: number, input: (string | number)[]): Promise<unknown> {
    return this.#cast(
      script === scripts.acquireScript.value,
      (args) => this.#redis.eval(script, keyCount, ...args),
      input,
    );
  }

  leaveLine(resources: readonly string[]): void {
    if (!this.#wasAsked) return;
    const leave = () => this.#redis.eval(LEAVE_SCRIPT, resources.length, ...resources, this.candidate.id);
    this.node.tell(leave).catch(() => {});
  }

  get #redis() {
    return this.node.redis;
  }

  async #cast(
    isAcquire: boolean,
    send: (args: (string | number)[]) => Promise<unknown>,
    input: (string | number)[],
  ): Promise<unknown> {
    const { id, waitedMs, isPolite } = this.candidate;
    const args = isAcquire ? [...input, id, Math.round(waitedMs), isPolite ? 1 : 0] : input;
    try {
      const answer = await this.node.ask(() => {
        this.#wasAsked = true;
        return send(args);
      });
      this.vote = Number(answer) > 0 ? "for" : "against";
      if (isAcquire && this.vote === "against") this.refusal = refusalOf(Number(answer));
      return answer;
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) this.vote = "unavailable";
      throw error;
    }
  }

  /**
   * By the script's text and not by its hash, since a second round might never come: a hung node does what lies in its
   * socket when it wakes, and nobody would be waiting for its NOSCRIPT any more.
   */
  #release(keyCount: number, input: (string | number)[]): Promise<unknown> {
    // It said no: there is nothing of ours to free.
    if (this.refusal) return Promise.resolve(0);
    if (!this.#wasAsked) return Promise.reject(new Error("This node was never asked for the lock."));
    const args = [...input, this.candidate.isHandedOn ? 1 : 0];
    return this.node.tell(() => this.#redis.eval(scripts.releaseScript.value, keyCount, ...args));
  }
}

const nobody: ScriptClient = { eval: async () => 0, evalsha: async () => 0 };
const { scripts } = new Redlock([nobody], {}, scriptModifiers);
