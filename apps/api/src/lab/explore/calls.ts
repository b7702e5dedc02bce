import { createRecorder, type HistoryEvent, type Recorder } from "@last-unit/checker";
import type { Line } from "../../inventory/strategy.ts";
import type { OrderFound } from "./found.ts";

/**
 * What somebody asked the shop for. In the history each call is a process of its own: one that has failed may still take
 * effect.
 */
export interface Call {
  /** Its number in the history. */
  readonly number: number;
  begin(): void;
  end(type: "ok" | "fail" | "info", answer: unknown): void;
}

/** A checkout that has begun, and whose answer the buyer never got. */
interface Unanswered {
  readonly number: number;
  readonly buyerId: string;
  readonly lines: readonly Line[];
  /** How many events there were when it was known that no answer would come; absent if the process just stopped. */
  endedAt?: number;
}

/** The calls of one execution as a history. */
export class Calls {
  readonly #events: HistoryEvent[] = [];
  readonly #checkouts = new Map<number, Unanswered>();
  readonly #recorder = createRecorder((event) => this.#events.push(event));
  #count = 0;

  call(f: string, value: unknown): Call {
    const number = this.#count++;
    let ended: ReturnType<Recorder["invoke"]> | undefined;
    const begin = () => {
      ended ??= this.#recorder.invoke(number, f, value);
    };
    return {
      number,
      begin,
      end: (type, answer) => {
        begin();
        this.#checkouts.delete(number);
        ended?.(type, answer);
      },
    };
  }

  checkout(buyerId: string, lines: readonly Line[]): Call & { noAnswer(): void } {
    const call = this.call("reserve", { lines });
    const { number } = call;
    let hasBegun = false;
    const begin = () => {
      call.begin();
      if (!hasBegun) this.#checkouts.set(number, { number, buyerId, lines });
      hasBegun = true;
    };
    const noAnswer = () => {
      begin();
      const unanswered = this.#checkouts.get(number);
      if (unanswered) unanswered.endedAt = this.#events.length;
    };
    return { ...call, begin, noAnswer };
  }

  /**
   * The history. A checkout whose answer was lost has taken effect if there is an order of its buyer of which no other
   * answer tells.
   *
   * @param told the orders that an answer has told of as new
   */
  history(orders: readonly OrderFound[], told: ReadonlySet<string>): HistoryEvent[] {
    const left = orders.filter(({ id }) => !told.has(id));
    const events = [...this.#events];
    const unanswered = [...this.#checkouts.values()].map((each) => ({ endedAt: events.length, ...each }));
    // From the end, so that the places of the others stay the same.
    for (const { number, buyerId, lines, endedAt } of unanswered.sort((a, b) => b.endedAt - a.endedAt)) {
      const at = left.findIndex((order) => order.buyerId === buyerId);
      const [order] = at < 0 ? [] : left.splice(at, 1);
      const units = order?.lines.map(({ sku, unitNumbers }) => ({
        sku,
        quantity: unitNumbers.length,
        units: unitNumbers,
      }));
      const value = units ? { lines: units, outcome: "reserved" } : { lines };
      events.splice(endedAt, 0, { time: 0, process: number, type: units ? "ok" : "fail", f: "reserve", value });
    }
    return events;
  }
}
