import type { Operation } from "../history/operation.ts";
import type { OpenCall, Step } from "../history/pair-events.ts";
import { OwnUnits } from "../models/own-units.ts";
import type { StockOptions } from "../models/stock.ts";
import { type StockCall, stockCall } from "../models/stock-call.ts";
import type { ConditionsReport } from "./linear-conditions.ts";
import { StockConditions } from "./stock-conditions.ts";

interface Waiting {
  readonly step: Step;
  /** For the end of a call: what it was. */
  readonly ended?: StockCall;
}

/** So many events wait for the answer to an earlier call. Then that call counts as one that may have done anything. */
const patience = 200_000;

/**
 * The conditions on a stock for a history that does not fit into memory. A call's meaning is known only with its answer, so
 * events wait until the first open call among them is answered. O(1) amortised for each event.
 */
export class StreamedConditions {
  readonly #conditions: StockConditions;
  readonly #own = new OwnUnits();
  readonly #endings = new WeakMap<OpenCall, StockCall | "failed">();
  #queue: Waiting[] = [];
  #first = 0;

  constructor(options: StockOptions) {
    this.#conditions = new StockConditions(options);
  }

  /** Takes the events in their order, as `Pairing` gives them. @throws HistoryError where the operation is none of a stock. */
  add(step: Step): void {
    if (step.kind === "call") this.#queue.push({ step });
    else {
      const ended = step.ended === "failed" ? "failed" : this.#own.name(stockCall(step.ended));
      this.#endings.set(step.call, ended);
      const isAnswered = ended !== "failed" && ended.operation.type === "ok";
      if (isAnswered) this.#queue.push({ step, ended });
    }
    this.#flush(false);
  }

  /** The history has ended. */
  end(): ConditionsReport {
    this.#flush(true);
    return { violations: this.#conditions.violations, counts: this.#conditions.counts };
  }

  #flush(isLast: boolean): void {
    for (; this.#first < this.#queue.length; this.#first += 1) {
      const { step, ended } = this.#queue[this.#first] as Waiting;
      if (ended) {
        this.#conditions.end(ended);
        continue;
      }
      const known = this.#endings.get(step.call);
      if (!known && !isLast && this.#queue.length - this.#first < patience) break;
      if (known !== "failed") this.#conditions.begin(known ?? this.#own.name(stockCall(unanswered(step.call))));
    }
    if (this.#first > 10_000) {
      this.#queue = this.#queue.slice(this.#first);
      this.#first = 0;
    }
  }
}

function unanswered(call: OpenCall): Operation {
  return { ...call, type: "info", answeredAt: Number.POSITIVE_INFINITY, answeredNs: Number.POSITIVE_INFINITY };
}
