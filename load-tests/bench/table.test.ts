import { expect, test } from "vitest";
import type { Figure } from "./figure.ts";
import { figuresTable, markdownTable, reaches, short, sidesTable } from "./table.ts";

const figure: Figure = {
  id: "P1",
  what: "ours ÷ theirs",
  goal: { atLeast: 4 },
  ratios: [3, 5, 4.5],
  sides: [
    {
      name: "ours",
      clients: 16,
      perSecond: [1_500, 2_500, 2_000],
      latencyMs: { p50: 12.34, p99: 123.4 },
      errors: 0,
      unitsSold: 6_000,
      extras: { "sold more than once": 0 },
    },
  ],
  notes: ["A note."],
};

test("a goal is judged by the median, from either side", () => {
  expect(reaches(figure)).toBe(true);
  expect(reaches({ ratios: [3, 3, 9], goal: { atLeast: 4 } })).toBe(false);
  expect(reaches({ ratios: [0.2, 0.3, 0.1], goal: { atMost: 0.25 } })).toBe(true);
  expect(reaches({ ratios: [0.3], goal: { atMost: 0.25 } })).toBe(false);
});

test("a side that did nothing is no side to compare with", () => {
  expect(reaches({ ratios: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 3], goal: { atLeast: 2 } })).toBe(
    false,
  );
});

test("a figure without any round reaches nothing", () => {
  expect(reaches({ ratios: [], goal: { atLeast: 0 } })).toBe(false);
});

test("a figure's line: its median, its spread, its goal", () => {
  expect(markdownTable([figure]).split("\n").at(-1)).toMatch(
    /^\| P1 +\| ours ÷ theirs +\| +4\.5 \| +3 – 5 \| +≥ 4 \| reached +\|$/,
  );
  expect(figuresTable([figure])).toContain("reached");
});

test("a side's line has clients, rate, latencies, errors and units, and the notes stand below", () => {
  const text = sidesTable(figure);
  for (const part of ["16", "2,000", "1,500 – 2,500", "12.3", "123", "6,000", "sold more than once: 0", "A note."]) {
    expect(text).toContain(part);
  }
});

test.each([
  [12_345.6, "12,346"],
  [99.94, "99.9"],
  [1.234, "1.23"],
  [0.5, "0.5"],
  [Number.NaN, "–"],
])("%d is written %s", (value, text) => {
  expect(short(value)).toBe(text);
});
