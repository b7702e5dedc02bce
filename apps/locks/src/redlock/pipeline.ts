import type { Redis } from "ioredis";
import { type LockNode, lockNode } from "../redis/lock-node.ts";
import { NoAnswer, NotAsked } from "../redis/lock-node-fault.ts";
import { type Command, opcodeOf, script } from "./scripts.ts";

/** A number as `scripts.ts` says, or why there is none. */
export type Answer = number | Error;
/** Called once with the answer, or with NoAnswer at the node's deadline; then once more, `late`, if an answer comes after all. */
export type OnAnswer = (answer: Answer, late?: boolean) => void;

/** A command that is sent again if the connection closes before it is answered. */
export interface Repeat {
  command: Command;
  fields: readonly string[];
  /** By the node's clock, in milliseconds. */
  untilMs: number;
}

interface Item {
  keys: readonly string[];
  args: readonly string[];
  onAnswer?: OnAnswer;
  /** Absent: it must be carried out, whether or not anybody waits for it. */
  isWanted?: () => boolean;
  repeat?: Repeat;
}

/** A script blocks its node while it runs. */
const MOST_AT_ONCE = 256;

const known = new WeakMap<Redis, Pipeline>();

export function pipelineOf(redis: Redis): Pipeline {
  const pipeline = known.get(redis) ?? new Pipeline(redis);
  known.set(redis, pipeline);
  return pipeline;
}

/**
 * Gathers everything that one event-loop tick has to send to a node into one command: one EVALSHA, one promise and one
 * deadline, however many locks there are. They are carried out in the order in which they came.
 */
export class Pipeline {
  readonly node: LockNode;
  readonly #redis: Redis;
  #items: Item[] = [];

  constructor(redis: Redis) {
    this.#redis = redis;
    this.node = lockNode(redis);
    // So that a command hardly ever has to be repeated with the script's text.
    const load = () => void redis.script("LOAD", script.text).catch(() => {});
    redis.on("ready", load);
    if (redis.status === "ready") load();
  }

  /**
   * For a command that may be left out: it is not sent again once it is not `isWanted` any more. Returns false if the node
   * hangs; then it is not asked, and `onAnswer` is not called.
   */
  ask(
    command: Command,
    keys: readonly string[],
    fields: readonly string[],
    onAnswer: OnAnswer,
    isWanted: () => boolean,
  ): boolean {
    if (this.node.isHanging) return false;
    this.#add({ keys, args: [opcodeOf(command, keys.length), ...fields], onAnswer, isWanted });
    return true;
  }

  /**
   * For a command that must be carried out, such as a release: sent to a hanging node too, without waiting for its answer.
   * `repeat` says what is sent instead on the next connection if this one closes first.
   */
  tell(
    command: Command,
    keys: readonly string[],
    fields: readonly string[],
    onAnswer?: OnAnswer,
    repeat?: Repeat,
  ): void {
    this.#add({ keys, args: [opcodeOf(command, keys.length), ...fields], onAnswer, repeat });
  }

  #add(item: Item): void {
    const count = this.#items.push(item);
    if (count === 1) setImmediate(() => this.send());
    else if (count === MOST_AT_ONCE) this.send();
  }

  /** Sends what was gathered, before the tick is over. */
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
    const notAsked = new NotAsked(node.deadlineMs);
    for (const { isWanted, onAnswer } of items) if (isWanted) onAnswer?.(notAsked);
    if (mustBeDone.length > 0) this.#pass(mustBeDone, () => this.#runText(mustBeDone));
  }

  #pass(items: readonly Item[], run: () => Promise<Answer[]>): void {
    let isOver = false;
    const sent = () => {
      const answered = run();
      answered.then(
        (answers) => {
          if (isOver)
            for (const [index, { onAnswer }] of items.entries()) onAnswer?.(answers[index] ?? new NoAnswer(0), true);
        },
        (error: Error) => {
          for (const item of items) this.#repeatLater(item, error);
        },
      );
      return answered;
    };
    this.node.tell(sent).then(
      (answers) => {
        for (const [index, { onAnswer }] of items.entries()) onAnswer?.(answers[index] ?? new NoAnswer(0));
        const error = answers.find((answer) => answer instanceof Error);
        if (error) this.node.noteError(error);
      },
      (error: Error) => {
        isOver = true;
        for (const { onAnswer } of items) onAnswer?.(error);
      },
    );
  }

  #repeatLater({ keys, repeat }: Item, error: Error): void {
    if (!repeat) return;
    const { command, fields, untilMs } = repeat;
    this.node.repeatLater(error, () => this.tell(command, keys, fields, undefined, repeat), untilMs);
  }

  async #run(items: readonly Item[]): Promise<Answer[]> {
    try {
      return (await this.#redis.evalsha(script.hash, ...packed(items))) as Answer[];
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      // This may come late: a lock that has been given up by now must not be taken after its own release.
      const wanted = items.filter(({ isWanted }) => isWanted?.() ?? true);
      const answers = await this.#runText(wanted);
      return items.map((item) => answers[wanted.indexOf(item)] ?? new NoAnswer(0));
    }
  }

  /** By the script's text and not by its hash: a hung node carries it out when it continues, connected or not. */
  async #runText(items: readonly Item[]): Promise<Answer[]> {
    if (items.length === 0) return [];
    return (await this.#redis.eval(script.text, ...packed(items))) as Answer[];
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
