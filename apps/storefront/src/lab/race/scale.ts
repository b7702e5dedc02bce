/** The sizes that the parts of a race's drawing share. */
export interface Scale {
  /** Where a moment of the race stands, in pixels. */
  x: (ms: number) => number;
  /** Names stand above the lanes instead of beside them. */
  narrow: boolean;
  /** In pixels. */
  font: number;
  /** The width of a character, about. */
  character: number;
  /** A lane's height. */
  lane: number;
}

/** On a wide window the last row of a hall reads the drawing. */
export const LARGE_WINDOW = "(min-width: 1180px)";
const NARROW = 620;

interface ScaleOptions {
  /** Of the drawing, in pixels. */
  width: number;
  spanMs: number;
  large: boolean;
}

export function scaleOf({ width, spanMs, large }: ScaleOptions): Scale {
  const font = large ? 18 : 14;
  const narrow = width < NARROW;
  const left = narrow ? 0 : font * 6 + 8;
  const right = font * 6;
  const x = (ms: number) => left + (ms / spanMs) * Math.max(60, width - left - right);
  return { x, narrow, font, character: font * 0.55, lane: large ? 40 : 34 };
}
