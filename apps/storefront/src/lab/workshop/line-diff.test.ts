import { expect, test } from "vitest";
import { lineDiff } from "./line-diff.ts";

const drawn = (before: string, after: string) =>
  lineDiff(before, after).map(({ kind, text }) => `${{ same: " ", added: "+", removed: "-" }[kind]}${text}`);

test("a changed line is removed and added, and what stays is told once", () => {
  expect(drawn("a\nb\nc\n", "a\nB\nc")).toEqual([" a", "-b", "+B", " c"]);
});

test("lines are added at both ends; the text may be empty", () => {
  expect(drawn("b", "a\nb\nc")).toEqual(["+a", " b", "+c"]);
  expect(drawn("a", "")).toEqual(["-a", "+"]);
});

test("the same text has no difference", () => {
  expect(lineDiff("a\nb", "a\nb").map(({ kind }) => kind)).toEqual(["same", "same"]);
});
