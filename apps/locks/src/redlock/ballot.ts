import { type Clock, sleep, within } from "../clock.ts";
import { jittered } from "../insist.ts";
import type { NodeVote, Votes } from "../lease-store.ts";
import { wasNotSent } from "../redis/lock-node-fault.ts";
import type { Answer, Pipeline } from "./pipeline.ts";
import { type Acquire, type Command, refusalOf, WAITER_ID_LENGTH } from "./scripts.ts";

/** After a refusal there is time for the healthy nodes that answer a little later than a majority. */
export const STRAGGLERS_MS = 5;
/** Before an extension is sent again whose answers are missing: about as long as a reconnect takes. */
const EXTEND_AGAIN_MS = { min: 20, max: 60 };

export interface Attempt {
  command: Acquire;
  ttlMs: number;
  waitedMs: number;
}

interface Refusal {
  position: number;
  isDeferred: boolean;
}

/** A node's part: not asked because it hangs; asked, and granted or still without an answer; refused. */
type NodeState = "unasked" | "asked" | Refusal;

/** One owner's lock on the nodes: what they were asked, how they voted, and what has to be undone. */
export class Ballot {
  /** Counted as the answers come, so that the nodes that answer after a decision are included. */
  votes: Votes;
  readonly #states: NodeState[];
  readonly #majority: number;
  /** Released: what a node was asked and has not carried out is not wanted any more. */
  #isOver = false;
  #isWaitOver = false;
  /** When the last key that was asked for is gone by itself, by the clock of the nodes. */
  #untilMs = 0;
  #heardAll: (() => void) | undefined;

  constructor(
    readonly nodes: readonly Pipeline[],
    readonly resources: readonly string[],
    readonly owner: string,
    readonly clock: Clock,
  ) {
    this.#majority = Math.floor(nodes.length / 2) + 1;
    this.#states = nodes.map(() => "unasked");
    this.votes = noVotes(nodes.length);
  }

  /** Resolves as soon as a majority has granted it, or cannot do so any more. */
  acquire({ command, ttlMs, waitedMs }: Attempt): Promise<boolean> {
    const fields = [this.owner, String(ttlMs), String(Math.round(waitedMs))];
    return this.#ask(command, fields, ttlMs, (index, answer) => {
      if (wasNotSent(answer)) this.#states[index] = "unasked";
      if (answer instanceof Error || answer > 0) return;
      this.#states[index] = refusalOf(answer);
      if (this.#isWaitOver) this.#leave(index);
    });
  }

  /**
   * Resolves as soon as a majority has extended it, to the time of that request by the clock; to undefined if a majority
   * refuses. Nodes whose answers are missing are asked again as long as `mayRepeat`: a connection that was lost is back in
   * a moment.
   */
  async extend(ttlMs: number, mayRepeat: () => boolean): Promise<number | undefined> {
    for (;;) {
      this.votes = noVotes(this.nodes.length);
      const askedAt = this.clock.now();
      if (await this.#ask("extend", [this.owner, String(ttlMs)], ttlMs)) return askedAt;
      const { against } = await this.allVotes();
      if (against > this.nodes.length - this.#majority || this.#isOver || !mayRepeat()) return undefined;
      await sleep(this.clock, jittered(EXTEND_AGAIN_MS));
    }
  }

  /**
   * Releases what was or may have been granted. Resolves when a majority of the nodes has done so, or no answer is
   * outstanding; what cannot be released now expires at the end of its TTL.
   */
  release(isSilent = false): Promise<void> {
    return this.#undo(isSilent ? "release-silently" : "release", [this.owner]);
  }

  /**
   * Releases what a refused attempt won and queues there too: a waiter that is queued on all nodes is notified by all of
   * them.
   */
  withdraw(waitedMs: number): Promise<void> {
    return this.#undo("withdraw", [this.owner, String(Math.round(waitedMs))]);
  }

  /** The votes when all nodes have answered, or a little later; a node that is silent until then counts as unavailable. */
  async allVotes(): Promise<Votes> {
    const { votes } = this;
    if (countOf(votes) < this.nodes.length) {
      const heardAll = new Promise<void>((resolve) => {
        this.#heardAll = resolve;
      });
      await within(this.clock, STRAGGLERS_MS, heardAll, () => {});
    }
    return { ...votes, unavailable: this.nodes.length - votes.for - votes.against };
  }

  /** The waiter's position in the queue, as the median node reports it; and whether the lock was free but others go first. */
  refusal(): Refusal {
    const refusals = this.#states.filter((state) => typeof state === "object");
    const positions = refusals.map(({ position }) => position).sort((a, b) => a - b);
    const position = positions[Math.floor(positions.length / 2)] ?? 0;
    return { position, isDeferred: refusals.filter(({ isDeferred }) => isDeferred).length * 2 > this.nodes.length };
  }

  /** The wait is over: removes the waiter from the queues of the nodes that queued it and did not grant the lock, now or later. */
  leaveQueue(): void {
    this.#isWaitOver = true;
    for (const index of this.#states.keys()) this.#leave(index);
  }

  #leave(index: number): void {
    const state = this.#states[index];
    const isQueued = typeof state === "object" || (this.#isOver && state === "asked");
    if (isQueued) this.nodes[index]?.tell("leave", this.resources, [this.owner.slice(0, WAITER_ID_LENGTH)]);
  }

  #undo(command: Command, fields: readonly string[]): Promise<void> {
    this.#isOver = true;
    const nodes = this.nodes.filter((_, index) => this.#states[index] === "asked");
    let done = 0;
    let open = nodes.length;
    // Sent again as a plain release: by then the waiter may not be in the queue any more.
    const again: Command = command === "withdraw" ? "release-silently" : command;
    const repeat = { command: again, fields: [this.owner], untilMs: this.#untilMs };
    return new Promise((resolve) => {
      if (open === 0) resolve();
      const onAnswer = (answer: Answer, late = false) => {
        if (late) return;
        open -= 1;
        if (!(answer instanceof Error)) done += 1;
        if (open === 0 || done >= this.#majority) resolve();
      };
      for (const node of nodes) node.tell(command, this.resources, fields, onAnswer, repeat);
    });
  }

  #ask(
    command: Command,
    fields: readonly string[],
    ttlMs: number,
    alsoOnAnswer?: (index: number, answer: Answer) => void,
  ): Promise<boolean> {
    const { votes, nodes } = this;
    const isWanted = () => !this.#isOver;
    const askedAt = this.clock.now();
    return new Promise((resolve) => {
      for (const [index, node] of nodes.entries()) {
        // By the node's clock, which goes on when the holder's is suspended.
        this.#untilMs = Math.max(this.#untilMs, node.node.clock.now() + ttlMs);
        const onAnswer = (answer: Answer, late = false) => {
          if (!(answer instanceof Error)) {
            const vote: NodeVote["vote"] = late ? "late" : answer > 0 ? "granted" : "refused";
            votes.nodes[index] = { vote, tookMs: this.clock.now() - askedAt };
          }
          // It was counted as unavailable at its deadline.
          if (late) return;
          if (answer instanceof Error) votes.unavailable += 1;
          else if (answer > 0) votes.for += 1;
          else votes.against += 1;
          alsoOnAnswer?.(index, answer);
          if (votes.for >= this.#majority) resolve(true);
          else if (votes.against + votes.unavailable > nodes.length - this.#majority) resolve(false);
          if (countOf(votes) === nodes.length) this.#heardAll?.();
        };
        if (node.ask(command, this.resources, fields, onAnswer, isWanted)) {
          if (alsoOnAnswer) this.#states[index] = "asked";
        } else {
          votes.unavailable += 1;
          if (votes.unavailable > nodes.length - this.#majority) resolve(false);
        }
      }
    });
  }
}

const silent: NodeVote = { vote: "silent" };
const noVotes = (count: number): Votes => ({ for: 0, against: 0, unavailable: 0, nodes: Array(count).fill(silent) });
const countOf = (votes: Votes) => votes.for + votes.against + votes.unavailable;
