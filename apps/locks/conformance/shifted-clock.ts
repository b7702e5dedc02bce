const RealDate = Date;
let shiftMs = 0;

/** Makes `Date` of this process differ from the machine's by so many milliseconds. The monotonic clock is not shifted. */
export function shiftClock(ms: number): void {
  shiftMs = ms;
  globalThis.Date = ShiftedDate as DateConstructor;
}

class ShiftedDate extends RealDate {
  constructor(...args: [] | [number | string]) {
    if (args.length === 0) super(RealDate.now() + shiftMs);
    else super(...args);
  }

  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}
