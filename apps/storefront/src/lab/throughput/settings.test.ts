import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";

const read = (query: string) => readSettings(new URLSearchParams(query));

test("without an address's wishes: group commit against no lock, up to 1,000 buyers", () => {
  expect(read("")).toEqual({
    strategy: "group-commit",
    against: "unlocked",
    crowds: [1, 3, 10, 30, 100, 300, 1000],
  });
});

test("a plus that was not escaped is still a plus", () => {
  expect(read("strategy=redlock+row-lock")).toMatchObject({ strategy: "redlock+row-lock" });
});

test("sizes come in any order and twice; they are taken in ascending order, once each", () => {
  expect(read("crowds=30, 1,10,30")).toMatchObject({ crowds: [1, 10, 30] });
});

test.each(["", "0", "1001", "1,,3", "1.5", "-3", "1e2", "ten", "1,2,3,4,5,6,7,8,9,10,11,12,13"])(
  "crowds=%s: the usual sizes, and a sentence that says so",
  (crowds) => {
    const settings = read(`crowds=${crowds}`);
    expect(settings.crowds).toHaveLength(7);
    expect(settings.problem).toContain(`“crowds=${crowds}”`);
  },
);
