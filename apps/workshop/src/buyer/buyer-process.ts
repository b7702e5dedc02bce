import { inspect } from "node:util";
import type { Process, Result, Step } from "@last-unit/explorer";
import type pg from "pg";
import type { BuyerRequest, FromBuyer, Misconduct, Outcome, Performed, Report } from "../messages.ts";
import { BuyerPool } from "./buyer-pool.ts";
import { loadCheckout } from "./load-checkout.ts";
import { VirtualTime } from "./virtual-time.ts";

/** Turns of the event loop without an event, after which the code can do nothing more by itself. */
const TURNS_UNTIL_QUIET = 2;
const MOST_REMARKS = 12;
const MOST_REMARK_LETTERS = 120;

interface PendingStep {
  readonly step: Step;
  perform(): Promise<Result>;
  deliver(result: Result): void;
}

/** Runs a checkout, stops it at each of its steps, and reports to the grader whenever it has stopped. */
export class BuyerProcess {
  readonly #tell: (message: FromBuyer) => void;
  readonly #pool: BuyerPool;
  readonly #pending: PendingStep[] = [];
  #code = "";
  #time = new VirtualTime();
  #events = 0;
  #isSettling = false;
  // What the next report will say.
  #performed: Performed | undefined;
  #steps: PendingStep[] = [];
  #remarks: string[] = [];
  #ended: Report["ended"];
  #misconduct: Misconduct | undefined;

  constructor(connectionString: string, tell: (message: FromBuyer) => void) {
    this.#tell = tell;
    this.#pool = new BuyerPool(connectionString, tell, () => this.#changed());
  }

  /** Keeps the compiled file, and evaluates it once to find what is wrong with it. */
  load(code: string): void {
    this.#code = code;
    try {
      loadCheckout(code, new VirtualTime(), { printed: () => {}, exitCalled: () => {} });
      this.#tell({ type: "loaded" });
    } catch (error) {
      this.#tell({ type: "loaded", problem: textOf(error) });
    }
  }

  async begin(request: BuyerRequest): Promise<void> {
    this.#time = new VirtualTime();
    this.#pending.length = 0;
    await this.#pool.begin(this.#process);
    const signal = new AbortController().signal;
    const observer = {
      printed: (text: string) => this.#remark(`prints ${text}`),
      exitCalled: (code: unknown) => this.misbehaved({ kind: "exit", code: String(code) }),
    };
    const call = async () =>
      loadCheckout(this.#code, this.#time, observer)({ db: this.#pool.pool }, { ...request, signal });
    call().then(
      (value) => this.#end(outcomeOf(value)),
      (error: unknown) => this.#end({ kind: "threw", text: textOf(error) }),
    );
    this.#changed();
  }

  async go(nowMs: number): Promise<void> {
    this.#time.nowMs = nowMs;
    const pending = this.#pending.shift();
    if (!pending) return;
    const result = await pending.perform();
    this.#performed = performedOf(pending.step, result);
    for (const remark of rowsOf(result)) this.#remark(remark);
    pending.deliver(result);
    this.#changed();
  }

  fire(nowMs: number): void {
    this.#time.nowMs = nowMs;
    this.#time.fire();
    this.#changed();
  }

  misbehaved(misconduct: Misconduct): void {
    this.#misconduct ??= misconduct;
    this.#changed();
  }

  #end(outcome: Outcome): void {
    this.#ended = { outcome, unreleased: this.#pool.unreleased };
    this.#changed();
  }

  #remark(text: string): void {
    if (this.#remarks.length < MOST_REMARKS) this.#remarks.push(text.slice(0, MOST_REMARK_LETTERS));
  }

  /** The side of the explorer that `PostgresSteps` needs. */
  readonly #process: Process = {
    name: "buyer",
    clock: { now: () => this.#time.nowMs, after: () => () => {} },
    remark: (text) => this.#remark(text),
    deadlock: () => {},
    recheck: () => {},
    step: <T>(step: Step<NoInfer<T>>, perform: () => T | Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        const pending: PendingStep = {
          step: step as Step,
          perform: async () => {
            try {
              return { value: await perform() };
            } catch (error) {
              return { error };
            }
          },
          deliver: (result) => ("error" in result ? reject(result.error) : resolve(result.value as T)),
        };
        this.#pending.push(pending);
        this.#steps.push(pending);
        this.#changed();
      }),
  };

  #changed(): void {
    this.#events += 1;
    if (!this.#isSettling) void this.#settle();
  }

  async #settle(): Promise<void> {
    this.#isSettling = true;
    for (let quiet = 0; quiet < TURNS_UNTIL_QUIET; ) {
      const seen = this.#events;
      await new Promise<void>((resolve) => setImmediate(resolve));
      quiet = seen === this.#events ? quiet + 1 : 0;
    }
    this.#isSettling = false;
    // Opening or closing a connection is no step: its end is an event that comes by itself.
    if (this.#pool.isChanging) return;
    const isIdle = this.#pending.length === 0 && this.#time.firstInMs === undefined && !this.#ended;
    this.#tell({
      type: "report",
      performed: this.#performed,
      steps: this.#steps.map(({ step }) => step.name),
      remarks: this.#remarks,
      timerInMs: this.#time.firstInMs,
      ended: this.#ended,
      poolIsExhausted: isIdle && this.#pool.pool.waitingCount > 0 ? true : undefined,
      misconduct: this.#misconduct,
    });
    this.#performed = undefined;
    this.#steps = [];
    this.#remarks = [];
    this.#ended = undefined;
    this.#misconduct = undefined;
  }
}

function outcomeOf(value: unknown): Outcome {
  const { outcome, orderId } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (outcome === "sold-out") return { kind: "sold-out" };
  if (outcome === "reserved" && Number.isInteger(orderId)) return { kind: "reserved", orderId: orderId as number };
  return { kind: "invalid", text: shortened(inspect(value, { breakLength: Number.POSITIVE_INFINITY })) };
}

export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return `${shortened(inspect(error))} (no Error, but a ${typeof error})`;
  const { code } = error as Error & { code?: unknown };
  return shortened(`${error.name}: ${error.message}${typeof code === "string" ? ` (${code})` : ""}`);
}

const shortened = (text: string) => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

function performedOf(step: Step, result: Result): Performed {
  const told = step.tell?.(result) ?? ("error" in result ? textOf(result.error) : "done");
  const changed = !("value" in result) || step.changed?.(result.value) !== false;
  return { told, changed, deadlock: deadlockOf(result) };
}

type Settled = PromiseSettledResult<pg.QueryResult>[];

function deadlockOf(result: Result): string | undefined {
  const settled = "value" in result ? (result.value as Settled) : [];
  for (const each of settled) {
    if (each.status === "rejected" && each.reason?.code === "40P01") return String(each.reason.detail ?? "");
  }
  return undefined;
}

/** The first rows that were read, as `stock = 1`. */
function rowsOf(result: Result): string[] {
  const settled = "value" in result ? (result.value as Settled) : [];
  const rows = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value].flat() : []));
  return rows.flatMap(({ rows: own }) => (own ?? []).slice(0, 4).map(rowInWords)).filter((text) => text !== "");
}

const rowInWords = (row: Record<string, unknown>) =>
  Object.entries(row)
    .filter(([, value]) => value === null || (value !== "" && typeof value !== "object"))
    .map(([name, value]) => `${name} = ${value}`)
    .join(", ");
