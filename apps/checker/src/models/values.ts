import { show } from "../history/event.ts";
import { HistoryError } from "../history/history-error.ts";
import type { Operation } from "../history/operation.ts";

/** Reads the value of a call or an answer, and names the line where something else was found than expected. */
export class Value {
  readonly #where: string;
  readonly #line: number;
  readonly raw: unknown;

  constructor(where: string, line: number, raw: unknown) {
    this.#where = where;
    this.#line = line;
    this.raw = raw;
  }

  static ofCall(operation: Operation): Value {
    return new Value(`the value of ${operation.f}`, operation.line, operation.value);
  }

  static ofAnswer(operation: Operation): Value {
    return new Value(`the answer to ${operation.f}`, operation.answeredLine ?? operation.line, operation.answer);
  }

  isObject(): boolean {
    return typeof this.raw === "object" && this.raw !== null && !Array.isArray(this.raw);
  }

  /** A member of the object, whether it is there or not. @throws HistoryError where this is no object. */
  get(name: string): Value {
    if (!this.isObject()) throw this.expected(`an object with "${name}"`);
    const raw = Object.hasOwn(this.raw as object, name) ? (this.raw as Record<string, unknown>)[name] : undefined;
    return new Value(`"${name}" of ${this.#where}`, this.#line, raw);
  }

  get isAbsent(): boolean {
    return this.raw === undefined || this.raw === null;
  }

  integer(least = Number.NEGATIVE_INFINITY): number {
    const isRight = Number.isInteger(this.raw) && (this.raw as number) >= least;
    if (!isRight) throw this.expected(Number.isFinite(least) ? `an integer of at least ${least}` : "an integer");
    return this.raw as number;
  }

  text(): string {
    if (typeof this.raw !== "string" || this.raw === "") throw this.expected("a name");
    return this.raw;
  }

  list(): Value[] {
    if (!Array.isArray(this.raw)) throw this.expected("a list");
    return this.raw.map((item) => new Value(`an item of ${this.#where}`, this.#line, item));
  }

  expected(what: string): HistoryError {
    return new HistoryError(`${this.#where} is ${show(this.raw)}; ${what} was expected`, this.#line);
  }
}

/** @throws HistoryError always: the model has no such operation. */
export function unknownOperation({ f, line }: Operation, model: string, known: readonly string[]): never {
  throw new HistoryError(`the model ${model} has no operation ${show(f)}; it has ${known.join(", ")}`, line);
}
