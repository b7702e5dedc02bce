import type { Checkpoint, CheckpointName } from "../../inventory/checkpoint.ts";
import { type SuspendableClock, suspendableClock } from "../../inventory/suspendable-clock.ts";
import type { RaceEvent } from "../events.ts";
import { type Lane, laneOf } from "./lane.ts";
import type { Arrival, ReplayAnswer } from "./replay.ts";
import { signal } from "./signal.ts";
import type { LeaseWatch, LossKind } from "./watched-store.ts";

/** The longest that a script waits for one step. Beyond it something is broken, and the replay says so. */
const STEP_BOUND_MS = 10_000;
const ROW_POLL_MS = 20;

export class StepTimeout extends Error {
  override readonly name = "StepTimeout";
}

interface ShopperOptions {
  name: string;
  /** Sends the request, once; it passes the given checkpoints. */
  buy(checkpoint: Checkpoint): Promise<ReplayAnswer>;
  /** For whose transaction this shopper's waits, as PostgreSQL sees it. */
  waitsFor(): Promise<string | undefined>;
}

/** Somebody whose request a script lets go from checkpoint to checkpoint. */
export class Shopper {
  readonly clock: SuspendableClock = suspendableClock();
  readonly events: RaceEvent[] = [];
  suspended = false;
  /** For whose transaction it was last seen to wait, until it passes the next checkpoint. */
  private blockedBy: string | undefined;
  answer: ReplayAnswer | undefined;
  request: Promise<void> | undefined;

  private stops: readonly CheckpointName[] = [];
  private suspendThere = false;
  private standing: { arrival: Arrival; reported: boolean; goOn(): void } | undefined;
  private listener: ((arrival: Arrival) => void) | undefined;
  private readonly leaseLost = signal<LossKind>();

  constructor(private readonly options: ShopperOptions) {}

  get name(): string {
    return this.options.name;
  }

  readonly watch: Omit<LeaseWatch, "granted"> = {
    refused: (votes) => this.listener?.({ at: "the door", votes }),
    lost: (how) => this.leaseLost.give(how),
  };

  /** Lets the request go on, to one of the checkpoints or as far as it gets: a locked door or row, or its end. */
  go(until: readonly CheckpointName[] = [], { suspend = false } = {}): Promise<Arrival> {
    return this.proceed(until, { suspend });
  }

  /** Like `go`, but waits at the door until it is let in. */
  getIn(until: readonly CheckpointName[]): Promise<Arrival> {
    return this.proceed(until, { through: ["the door"] });
  }

  /** Like `go`, but waits at doors and rows until they open. */
  reach(until: readonly CheckpointName[] = []): Promise<Arrival> {
    return this.proceed(until, { through: ["the door", "the row"] });
  }

  /** Where a request that waits at a door or a row is held when it is let in. */
  holdAt(until: readonly CheckpointName[]): void {
    this.stops = until;
  }

  /** The machine goes on, its request before its timers: the clock stands until the request is answered. */
  wake(): void {
    this.suspended = false;
  }

  /** The machine goes on, its timers first: resolves when the shopper knows that its lease is lost, to how it learnt it. */
  async wakeToHeartbeat(): Promise<LossKind> {
    this.suspended = false;
    this.clock.resume();
    const how = await bounded(this.leaseLost.given, `${this.name}'s heartbeat is refused`);
    // Whoever was to be told by the same clock has been told when this comes back.
    await new Promise<void>((resolve) => void this.clock.after(0, resolve));
    return how;
  }

  /** Drawn from the first `told` events: a lane does not run ahead of the sentence that explains it. */
  lane(told: number, holds: boolean, productOf: (sku: string | undefined) => string): Lane {
    const { suspended, blockedBy: waitsFor } = this;
    return laneOf({ events: this.events.slice(0, told), suspended, waitsFor, holds, productOf });
  }

  /** Holds nothing back any more, so that the request can end. */
  dismiss(): void {
    this.stops = [];
    this.suspendThere = false;
    this.clock.resume();
    this.standing?.goOn();
  }

  private async proceed(
    until: readonly CheckpointName[],
    { suspend = false, through = [] }: { suspend?: boolean; through?: readonly Arrival["at"][] },
  ): Promise<Arrival> {
    this.stops = until;
    this.suspendThere = suspend;
    if (this.standing && !this.standing.reported) return this.report(this.standing);
    if (this.answer) return { at: "the end", answer: this.answer };
    const arrived = new Promise<Arrival>((resolve) => {
      this.listener = (arrival) => {
        if (!through.includes(arrival.at)) resolve(arrival);
      };
    });
    this.blockedBy = undefined;
    this.standing?.goOn();
    this.standing = undefined;
    this.request ??= this.send();
    const waiting = new AbortController();
    try {
      const ways = through.includes("the row") ? [arrived] : [arrived, this.atTheRow(waiting.signal)];
      const arrival = await bounded(Promise.race(ways), `${this.name} gets to ${until.join(" or ") || "the end"}`);
      if (this.standing) this.report(this.standing);
      return arrival;
    } finally {
      this.listener = undefined;
      waiting.abort();
    }
  }

  private report(standing: { arrival: Arrival; reported: boolean }): Arrival {
    standing.reported = true;
    return standing.arrival;
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
    // Before anything else can run: from here on, not even the shopper's timers are called.
    if (this.suspendThere) {
      this.clock.suspend();
      this.suspended = true;
    }
    await new Promise<void>((goOn) => {
      this.standing = { arrival: { at: name, event }, reported: false, goOn };
      this.listener?.(this.standing.arrival);
    });
  }

  /** Resolves when two looks in a row see the shopper's transaction waiting for another's. */
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
