import { expect, test } from "vitest";
import { parseBenchOptions } from "./options.ts";

const ids = ["P1", "P2", "flat"];

test("without flags: every figure, five rounds of four seconds a side", () => {
  expect(parseBenchOptions([], ids)).toEqual({ only: undefined, rounds: 5, secondsEach: 4, help: false });
});

test("a quick look, and a choice of figures", () => {
  expect(parseBenchOptions(["--quick", "--only", "P2, flat"], ids)).toMatchObject({
    only: ["P2", "flat"],
    rounds: 2,
    secondsEach: 2,
  });
});

test.each([
  [["--only", "P99"], 'There is no figure "P99"; there are P1, P2, flat.'],
  [["--rounds", "0"], '--rounds wants a whole number from 1 to 50, not "0".'],
  [["--rounds", "five"], '--rounds wants a whole number from 1 to 50, not "five".'],
  [["--seconds", "1e2"], '--seconds wants a whole number from 1 to 120, not "1e2".'],
  [["--fast"], "--help lists the flags."],
  [["P1"], "--help lists the flags."],
])("%j is refused in one sentence", (args, sentence) => {
  expect(() => parseBenchOptions(args, ids)).toThrow(sentence);
});
