import type { LockNode } from "../lock-node.ts";
import { NoAnswer } from "../lock-node-trouble.ts";
import { type Command, opcodeOf, script } from "./scripts.ts";

/** A number as `scripts.ts` says, or why there is none. */
export type Answer = number | Error;
/** Whom an answer is told, once. */
export type Told = (answer: Answer) => void;

interface Item {
  keys: readonly string[];
  args: readonly string[];
  told?: Told;
  /** Absent: it must be done, whether anybody waits for it or not. */
  isWanted?: () => boolean;
}

/** A script keeps a node from everybody else while it runs. */
const MOST_AT_ONCE = 256;

const known = new WeakMap<LockNode, NodeTurns>();

export function nodeTurns(node: LockNode): NodeTurns {
  const turns = known.get(node) ?? new NodeTurns(node);
  known.set(node, turns);
  return turns;
}

/**
 * Gathers all that one turn of the event loop has to say to a node into one command: one EVALSHA, one promise and one
 * deadline, however many locks there are. They are done in the order in which they came.
 */
export class NodeTurns {
  #items: Item[] = [];

  constructor(readonly node: LockNode) {
    const { redis } = node;
    // So that hardly ever a command comes back for the script's text.
    const load = () => void redis.script("LOAD", script.text).catch(() => {});
    redis.on("ready", load);
    if (redis.status === "ready") load();
  }

  /**
   * For what may as well not happen. Nothing is sent again when it `isWanted` no more. False if the node hangs: then it
   * is not asked, and nobody is told.
   */
  ask(
    command: Command,
    keys: readonly string[],
    fields: readonly string[],
    told: Told,
    isWanted: () => boolean,
  ): boolean {
    if (this.node.isHanging) return false;
    this.#add({ keys, args: [opcodeOf(command, keys.length), ...fields], told, isWanted });
    return true;
  }

  /** For what has to be done, as a release: sent to a hanging node too, whose answer nobody waits for. */
  tell(command: Command, keys: readonly string[], fields: readonly string[], told?: Told): void {
    this.#add({ keys, args: [opcodeOf(command, keys.length), ...fields], told });
  }

  #add(item: Item): void {
    const count = this.#items.push(item);
    if (count === 1) setImmediate(() => this.send());
    else if (count === MOST_AT_ONCE) this.send();
  }

  /** Sends what was gathered, before the turn is over. */
  send(): void {
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    const { node } = this;
    if (!node.isHanging) {
      this.#pass(items, () => this.#run(items));
      return;
    }
    const mustBeDone = items.filter(({ isWanted }) => !isWanted);
    const noAnswer = new NoAnswer(node.deadlineMs);
    for (const { isWanted, told } of items) if (isWanted) told?.(noAnswer);
    if (mustBeDone.length > 0) this.#pass(mustBeDone, () => this.#runText(mustBeDone));
  }

  #pass(items: readonly Item[], run: () => Promise<Answer[]>): void {
    this.node.tell(run).then(
      (answers) => {
        for (const [index, { told }] of items.entries()) told?.(answers[index] ?? new NoAnswer(0));
        const error = answers.find((answer) => answer instanceof Error);
        if (error) this.node.noteError(error);
      },
      (error: Error) => {
        for (const { told } of items) told?.(error);
      },
    );
  }

  async #run(items: readonly Item[]): Promise<Answer[]> {
    try {
      return (await this.node.redis.evalsha(script.hash, ...packed(items))) as Answer[];
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      // Late perhaps: a lock that was given up by now must not be taken after its own release.
      const wanted = items.filter(({ isWanted }) => isWanted?.() ?? true);
      const answers = await this.#runText(wanted);
      return items.map((item) => answers[wanted.indexOf(item)] ?? new NoAnswer(0));
    }
  }

  /** By the script's text and not by its hash: a hung node does it when it wakes, whoever is there by then. */
  async #runText(items: readonly Item[]): Promise<Answer[]> {
    if (items.length === 0) return [];
    return (await this.node.redis.eval(script.text, ...packed(items))) as Answer[];
  }
}

function packed(items: readonly Item[]): [number, ...string[]] {
  const keys: string[] = [];
  const args: string[] = [];
  for (const item of items) {
    keys.push(...item.keys);
    args.push(...item.args);
  }
  return [keys.length, ...keys, ...args];
}
