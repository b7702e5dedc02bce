import type { Votes } from "../../checkpoint.ts";
import type { Answer, NodeTurns } from "./node-turns.ts";
import { type Acquire, type Command, refusalOf, WAITER_ID_LENGTH } from "./scripts.ts";

/** After a refusal there is time to hear the healthy nodes that answer a little later than a majority. */
const STRAGGLERS_MS = 5;

export interface Try {
  command: Acquire;
  ttlMs: number;
  waitedMs: number;
}

interface Refusal {
  place: number;
  isDeferred: boolean;
}

/** Where an owner stands with a node: not asked because it hangs; asked, and granted or still without an answer; refused. */
type Standing = "unasked" | "asked" | Refusal;

/** One owner's lock on the nodes: what they were asked, how they voted, and what has to be undone. */
export class Ballot {
  /** Counted as the answers come, so that the nodes that answer after a decision are seen too. */
  votes: Votes = noVotes();
  readonly #standings: Standing[];
  readonly #majority: number;
  /** Released: what a node was asked and has not done is not wanted any more. */
  #isOver = false;
  #isWaitOver = false;
  #heardAll: (() => void) | undefined;

  constructor(
    readonly nodes: readonly NodeTurns[],
    readonly resources: readonly string[],
    readonly owner: string,
  ) {
    this.#majority = Math.floor(nodes.length / 2) + 1;
    this.#standings = nodes.map(() => "unasked");
  }

  /** Resolves as soon as a majority has granted it, or cannot do so any more. */
  acquire({ command, ttlMs, waitedMs }: Try): Promise<boolean> {
    const fields = [this.owner, String(ttlMs), String(Math.round(waitedMs))];
    return this.#ask(command, fields, (index, answer) => {
      if (answer instanceof Error || answer > 0) return;
      this.#standings[index] = refusalOf(answer);
      if (this.#isWaitOver) this.#leave(index);
    });
  }

  /** Resolves as soon as a majority has extended it, or cannot do so any more. */
  extend(ttlMs: number): Promise<boolean> {
    this.votes = noVotes();
    return this.#ask("extend", [this.owner, String(ttlMs)]);
  }

  /**
   * Frees what was or may have been granted. Resolves when a majority of the nodes has done so, or nobody is left to wait
   * for; what cannot be freed now frees itself at the end of its TTL.
   */
  release(isSilent = false): Promise<void> {
    return this.#undo(isSilent ? "release-silently" : "release", [this.owner]);
  }

  /** Frees what a refused try won, and waits there too: whoever stands in line on all the nodes is called by all of them. */
  withdraw(waitedMs: number): Promise<void> {
    return this.#undo("withdraw", [this.owner, String(Math.round(waitedMs))]);
  }

  /** The votes when all the nodes have answered, or a little later; who is silent until then counts as unavailable. */
  async allVotes(): Promise<Votes> {
    const { votes } = this;
    if (countOf(votes) < this.nodes.length) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, STRAGGLERS_MS);
        this.#heardAll = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return { ...votes, unavailable: this.nodes.length - votes.for - votes.against };
  }

  /** Where the waiter stands in the line, as the nodes in the middle see it; and whether it was only not its turn. */
  refusal(): Refusal {
    const refusals = this.#standings.filter((standing) => typeof standing === "object");
    const places = refusals.map(({ place }) => place).sort((a, b) => a - b);
    const place = places[Math.floor(places.length / 2)] ?? 0;
    return { place, isDeferred: refusals.filter(({ isDeferred }) => isDeferred).length * 2 > this.nodes.length };
  }

  /** The wait is over: takes the waiter out of the lines of the nodes that gave it a place and no lock, now or later. */
  leaveLine(): void {
    this.#isWaitOver = true;
    for (const index of this.#standings.keys()) this.#leave(index);
  }

  #leave(index: number): void {
    const standing = this.#standings[index];
    const standsInLine = typeof standing === "object" || (this.#isOver && standing === "asked");
    if (standsInLine) this.nodes[index]?.tell("leave", this.resources, [this.owner.slice(0, WAITER_ID_LENGTH)]);
  }

  #undo(command: Command, fields: readonly string[]): Promise<void> {
    this.#isOver = true;
    const nodes = this.nodes.filter((_, index) => this.#standings[index] === "asked");
    let done = 0;
    let open = nodes.length;
    return new Promise((resolve) => {
      if (open === 0) resolve();
      const told = (answer: Answer) => {
        open -= 1;
        if (!(answer instanceof Error)) done += 1;
        if (open === 0 || done >= this.#majority) resolve();
      };
      for (const node of nodes) node.tell(command, this.resources, fields, told);
    });
  }

  #ask(
    command: Command,
    fields: readonly string[],
    onAnswer?: (index: number, answer: Answer) => void,
  ): Promise<boolean> {
    const { votes, nodes } = this;
    const isWanted = () => !this.#isOver;
    return new Promise((resolve) => {
      for (const [index, node] of nodes.entries()) {
        const told = (answer: Answer) => {
          if (answer instanceof Error) votes.unavailable += 1;
          else if (answer > 0) votes.for += 1;
          else votes.against += 1;
          onAnswer?.(index, answer);
          if (votes.for >= this.#majority) resolve(true);
          else if (votes.against + votes.unavailable > nodes.length - this.#majority) resolve(false);
          if (countOf(votes) === nodes.length) this.#heardAll?.();
        };
        if (node.ask(command, this.resources, fields, told, isWanted)) {
          if (onAnswer) this.#standings[index] = "asked";
        } else {
          votes.unavailable += 1;
          if (votes.unavailable > nodes.length - this.#majority) resolve(false);
        }
      }
    });
  }
}

const noVotes = (): Votes => ({ for: 0, against: 0, unavailable: 0 });
const countOf = (votes: Votes) => votes.for + votes.against + votes.unavailable;
