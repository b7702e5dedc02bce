import type { Redis } from "ioredis";

/** So many of the five lock nodes are a majority. */
export const MAJORITY = 3;

/** Loses the answers of lock nodes to one operation, after they have carried it out or because it never arrives. */
export class LostVotes {
  /** Whether an acquire may lose answers, as a choice of the explorer. */
  areOffered = false;
  readonly #lockNodes: readonly Redis[];
  readonly #loses = new Map<Redis, { readonly isCarriedOut: boolean }>();

  /** To be called before anything else looks at what passes through the connections. */
  constructor(lockNodes: readonly Redis[]) {
    this.#lockNodes = lockNodes;
    for (const redis of lockNodes) this.#watch(redis);
  }

  /** Each of the first `nodes` nodes loses the answer to the first command of `work`. */
  async during<T>(nodes: number, isCarriedOut: boolean, work: () => Promise<T>): Promise<T> {
    for (const redis of this.#lockNodes.slice(0, nodes)) this.#loses.set(redis, { isCarriedOut });
    try {
      return await work();
    } finally {
      this.#loses.clear();
    }
  }

  #watch(redis: Redis): void {
    const send = redis.sendCommand.bind(redis);
    redis.sendCommand = (command, stream) => {
      const loss = this.#loses.get(redis);
      if (!loss) return send(command, stream);
      this.#loses.delete(redis);
      const { reject } = command;
      const lose = () => reject(new Error("Connection is closed."));
      if (!loss.isCarriedOut) {
        lose();
        return command.promise;
      }
      command.resolve = lose;
      command.reject = (error) => {
        // The script was not known, so the same command follows with its text.
        if (error.message.startsWith("NOSCRIPT")) this.#loses.set(redis, loss);
        reject(error);
      };
      return send(command, stream);
    };
  }
}
