import type { Socket } from "node:net";
import type { Protocol } from "./protocols.ts";
import { type Direction, directions, type Fate, type Faults } from "./proxy-faults.ts";

interface Reading {
  protocol?: Protocol;
  decide(request: Buffer): Fate | undefined;
}

/** One client's connection through a proxy: two lanes, each with what a fault holds back. */
export class ProxiedConnection {
  onClose = () => {};
  readonly #held: Record<Direction, Buffer[]> = { requests: [], answers: [] };
  readonly #delayed: Record<Direction, number> = { requests: 0, answers: 0 };
  readonly #due: Record<Direction, number> = { requests: 0, answers: 0 };
  readonly #sockets: Record<Direction, Socket>;
  /** The fates of the requests that the server has not answered, in order. */
  readonly #unanswered: (Fate | undefined)[] = [];
  #hasGap = false;
  #isClosed = false;

  constructor(
    readonly client: Socket,
    readonly server: Socket,
    readonly faults: Faults,
    { protocol, decide }: Reading,
  ) {
    this.#sockets = { requests: server, answers: client };
    const onRequest = (request: Buffer) => {
      if (!protocol || protocol.isUnanswered?.(request)) return this.#pass("requests", request);
      const fate = decide(request);
      if (typeof fate === "object" && "answer" in fate) return this.#pass("answers", fate.answer);
      this.#unanswered.push(fate);
      this.#pass("requests", request);
    };
    const onAnswer = (answer: Buffer) => {
      if (protocol && !protocol.isNotification?.(answer) && this.#isLost()) this.destroy();
      else this.#pass("answers", answer);
    };
    client.on("data", protocol ? messages(protocol.requestLength, onRequest) : onRequest);
    server.on("data", protocol ? messages(protocol.answerLength, onAnswer) : onAnswer);
    for (const socket of [client, server]) socket.on("error", () => {});
    // A server that hangs carries out what its clients sent before they left.
    for (const ending of ["end", "close"]) client.on(ending, () => this.#held.requests.length === 0 && this.destroy());
    for (const ending of ["end", "close"]) server.on(ending, () => this.destroy());
  }

  held(direction: Direction): number {
    return this.#held[direction].length + this.#delayed[direction];
  }

  /** After the faults have ended. */
  flush(): void {
    if (this.#hasGap) {
      this.destroy();
      return;
    }
    for (const direction of directions) {
      for (const data of this.#held[direction].splice(0)) this.#write(direction, data);
    }
    if (this.client.destroyed || this.client.readableEnded) this.server.end();
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.destroy();
  }

  destroy(): void {
    this.#isClosed = true;
    this.client.destroy();
    this.server.destroy();
    this.onClose();
  }

  #isLost(): boolean {
    const fate = this.#unanswered.shift();
    return (
      fate === "lose-answer" ||
      (typeof fate === "object" && "beforeAnswer" in fate && fate.beforeAnswer() !== undefined)
    );
  }

  #pass(direction: Direction, data: Buffer): void {
    const { faults } = this;
    if (faults.lost.has(direction)) {
      this.#hasGap = true;
      faults.losses[direction] += 1;
    } else if (faults.hung.has(direction)) this.#held[direction].push(data);
    else if (faults.delayMs[direction] > 0 || this.#due[direction] > performance.now())
      this.#passLater(direction, data);
    else this.#write(direction, data);
  }

  /** In order, also when the delay becomes shorter. */
  #passLater(direction: Direction, data: Buffer): void {
    const now = performance.now();
    this.#due[direction] = Math.max(this.#due[direction], now + this.faults.delayMs[direction]);
    this.#delayed[direction] += 1;
    const arrive = () => {
      this.#delayed[direction] -= 1;
      this.#write(direction, data);
    };
    setTimeout(arrive, Math.ceil(this.#due[direction] - now));
  }

  #write(direction: Direction, data: Buffer): void {
    const socket = this.#sockets[direction];
    if (this.#isClosed || !socket.writable) return;
    if (direction === "answers") this.faults.answers += 1;
    socket.write(data);
  }
}

/** Splits a stream into messages. */
function messages(lengthOf: (data: Buffer) => number | undefined, take: (message: Buffer) => void) {
  let rest: Buffer = Buffer.alloc(0);
  return (data: Buffer) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    for (let length = lengthOf(rest); length !== undefined && length > 0; length = lengthOf(rest)) {
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      take(message);
    }
  };
}
