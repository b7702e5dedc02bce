import { type SuspendableClock, suspendableClock } from "@last-unit/locks";
import type { Checkpoint, CheckpointName } from "../../checkpoint.ts";
import type { RaceEvent } from "../races/events.ts";
import { type Lane, laneOf } from "./lane.ts";
import type { Arrival, ReplayAnswer } from "./replay.ts";
import type { LeaseWatch, LossKind } from "./watched-store.ts";

/** The timeout of one step of a script. A step that takes longer fails the replay. */
const STEP_BOUND_MS = 10_000;
const ROW_POLL_MS = 20;

export class StepTimeout extends Error {
  override readonly name = "StepTimeout";
}

interface BuyerOptions {
  name: string;
  /** Sends the request, which passes the given checkpoint function. Called once. */
  buy(checkpoint: Checkpoint): Promise<ReplayAnswer>;
  /** The buyer whose transaction this buyer waits for, according to PostgreSQL. */
  waitsFor(): Promise<string | undefined>;
}

/** A buyer of a replay. The script moves the buyer's request from checkpoint to checkpoint. */
export class Buyer {
  readonly clock: SuspendableClock = suspendableClock();
  readonly events: RaceEvent[] = [];
  suspended = false;
  /** The buyer that it waited for when last observed. Reset at the next checkpoint. */
  private blockedBy: string | undefined;
  answer: ReplayAnswer | undefined;
  request: Promise<void> | undefined;

  private stops: readonly CheckpointName[] = [];
  private suspendThere = false;
  private held: { arrival: Arrival; reported: boolean; goOn(): void } | undefined;
  private listener: ((arrival: Arrival) => void) | undefined;
  private readonly leaseLost = signal<LossKind>();

  constructor(private readonly options: BuyerOptions) {}

  get name(): string {
    return this.options.name;
  }

  readonly watch: Omit<LeaseWatch, "granted"> = {
    refused: (votes) => this.listener?.({ at: "the door", votes }),
    lost: (how) => this.leaseLost.give(how),
  };

  /** Continues the request until one of the checkpoints, until a guard or a row lock blocks it, or until its end. */
  go(until: readonly CheckpointName[] = [], { suspend = false } = {}): Promise<Arrival> {
    return this.proceed(until, { suspend });
  }

  /** Like `go`, but waits until the guard grants the lock. */
  getIn(until: readonly CheckpointName[]): Promise<Arrival> {
    return this.proceed(until, { through: ["the door"] });
  }

  /** Like `go`, but waits until guards and row locks are granted. */
  reach(until: readonly CheckpointName[] = []): Promise<Arrival> {
    return this.proceed(until, { through: ["the door", "the row"] });
  }

  /** Sets the checkpoints at which a blocked request is held after its lock was granted. */
  holdAt(until: readonly CheckpointName[]): void {
    this.stops = until;
  }

  /**
   * Resumes the buyer's process, the request before its timers: the clock stays suspended until the request has ended.
   */
  wake(): void {
    this.suspended = false;
  }

  /** Resumes the buyer's process, timers first. Resolves when its holder has detected that the lease is lost. */
  async wakeToHeartbeat(): Promise<LossKind> {
    this.suspended = false;
    this.clock.resume();
    const how = await bounded(this.leaseLost.given, `${this.name}'s heartbeat is refused`);
    // All callbacks that are due on the same clock have run when this resolves.
    await new Promise<void>((resolve) => void this.clock.after(0, resolve));
    return how;
  }

  /** The timeline's state after the first `told` events, so that it matches the sentence that explains it. */
  lane(told: number, holds: boolean, productOf: (sku: string | undefined) => string): Lane {
    const { suspended, blockedBy: waitsFor } = this;
    return laneOf({ events: this.events.slice(0, told), suspended, waitsFor, holds, productOf });
  }

  /** Stops holding the request, so that it can end. */
  dismiss(): void {
    this.stops = [];
    this.suspendThere = false;
    this.clock.resume();
    this.held?.goOn();
  }

  private async proceed(
    until: readonly CheckpointName[],
    { suspend = false, through = [] }: { suspend?: boolean; through?: readonly Arrival["at"][] },
  ): Promise<Arrival> {
    this.stops = until;
    this.suspendThere = suspend;
    if (this.held && !this.held.reported) return this.report(this.held);
    if (this.answer) return { at: "the end", answer: this.answer };
    const arrived = new Promise<Arrival>((resolve) => {
      this.listener = (arrival) => {
        if (!through.includes(arrival.at)) resolve(arrival);
      };
    });
    this.blockedBy = undefined;
    this.held?.goOn();
    this.held = undefined;
    this.request ??= this.send();
    const waiting = new AbortController();
    try {
      const ways = through.includes("the row") ? [arrived] : [arrived, this.atTheRow(waiting.signal)];
      const arrival = await bounded(Promise.race(ways), `${this.name} gets to ${until.join(" or ") || "the end"}`);
      if (this.held) this.report(this.held);
      return arrival;
    } finally {
      this.listener = undefined;
      waiting.abort();
    }
  }

  private report(held: { arrival: Arrival; reported: boolean }): Arrival {
    held.reported = true;
    return held.arrival;
  }

  private async send(): Promise<void> {
    this.answer = await this.options.buy((name) => this.pass(name));
    this.blockedBy = undefined;
    this.clock.resume();
    this.listener?.({ at: "the end", answer: this.answer });
  }

  private async pass(name: CheckpointName): Promise<void> {
    this.blockedBy = undefined;
    const event = this.events.at(-1);
    if (!this.stops.includes(name) || !event) return;
    // Synchronously, so that none of the buyer's timers runs after the checkpoint.
    if (this.suspendThere) {
      this.clock.suspend();
      this.suspended = true;
    }
    await new Promise<void>((goOn) => {
      this.held = { arrival: { at: name, event }, reported: false, goOn };
      this.listener?.(this.held.arrival);
    });
  }

  /** Resolves when two consecutive polls find the buyer's transaction waiting for the same other one. */
  private async atTheRow(signal: AbortSignal): Promise<Arrival> {
    let before: string | undefined;
    while (!signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, ROW_POLL_MS));
      if (signal.aborted) break;
      const holder = await this.options.waitsFor().catch(() => undefined);
      if (signal.aborted) break;
      if (holder !== undefined && holder === before) {
        this.blockedBy = holder;
        return { at: "the row", holder };
      }
      before = holder;
    }
    return new Promise(() => {});
  }
}

async function bounded<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StepTimeout(`${what}: not within ${STEP_BOUND_MS} ms.`)), STEP_BOUND_MS);
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** A promise with its resolve function. */
function signal<T>(): { give(value: T): void; given: Promise<T> } {
  let give: (value: T) => void = () => {};
  const given = new Promise<T>((resolve) => {
    give = resolve;
  });
  return { give, given };
}
