import { expect, test } from "vitest";
import { parseBenchOptions } from "./options.ts";

const ids = ["P1", "P2", "flat"];

test("without flags: five rounds of two seconds a side, against no other commit", () => {
  expect(parseBenchOptions([], ids)).toEqual({
    only: undefined,
    against: undefined,
    rounds: 5,
    secondsEach: 2,
    help: false,
  });
});

test("another commit to compare with", () => {
  expect(parseBenchOptions(["--against", "44cc594"], ids).against).toBe("44cc594");
});

test("a quick look, and a choice of figures", () => {
  expect(parseBenchOptions(["--quick", "--only", "P2, flat"], ids)).toMatchObject({
    only: ["P2", "flat"],
    rounds: 2,
    secondsEach: 1,
  });
});

test.each([
  [["--only", "P99"], 'There is no figure or group "P99"; there are P1, P2, flat.'],
  [["--rounds", "0"], '--rounds wants a whole number from 1 to 50, not "0".'],
  [["--rounds", "five"], '--rounds wants a whole number from 1 to 50, not "five".'],
  [["--seconds", "1e2"], '--seconds wants a whole number from 1 to 120, not "1e2".'],
  [["--against", ""], "--against wants a commit, a tag or a branch."],
  [["--fast"], "Unknown option '--fast'."],
  [["P1"], "Unexpected argument 'P1'."],
])("%j is refused in one sentence", (args, sentence) => {
  expect(() => parseBenchOptions(args, ids)).toThrow(sentence);
});
