import { expect, test } from "vitest";
import { resolveCommit } from "./builds/clone.ts";
import { choose, groups, measurements, names } from "./figures.ts";
import { sharesOf } from "./lease-share.ts";

const chosen = (only?: string[]) => choose(only).flatMap(({ ids }) => ids);

test("without a choice, the table is measured; with all, every figure once", () => {
  expect(chosen()).toEqual(chosen(["table"]));
  expect(chosen(["all"])).toEqual(measurements.flatMap(({ ids }) => ids));
  expect(new Set(names).size).toBe(names.length);
});

test("figures and groups are chosen by name, and measured once", () => {
  expect(chosen(["locks", "P6 wait"])).toEqual(["P5", "P6", "P6 wait", "hung redlock", "hung quorum"]);
  expect(chosen(["D1"])).toEqual(["D1", "D2"]);
});

test("every figure is in a group", () => {
  expect(measurements.filter((measurement) => !measurement.groups.some((group) => groups.includes(group)))).toEqual([]);
});

test.each(["no-such-commit", "--output=file", ""])("%j is no commit, and says so", async (ref) => {
  await expect(resolveCommit(ref)).rejects.toThrow(`This repository has no commit ${JSON.stringify(ref)}.`);
});

const checkout = (times: Record<string, number>) => new Map(Object.entries(times));

test("a lease is held from locked to released; to the answer, if the release follows it", () => {
  const attempts = [
    checkout({ arrived: 0, locked: 2, released: 7, answered: 10 }),
    checkout({ arrived: 0, locked: 2, answered: 10, released: 12 }),
    checkout({ arrived: 0, locked: 2, answered: 10 }),
    checkout({ arrived: 0, refused: 1 }),
  ];
  expect(sharesOf(attempts).shares).toEqual([0.5, 0.8, 0.8]);
});

test("events that tell of no sale are an error, not a share of nothing", () => {
  expect(() => sharesOf([])).toThrow("no checkout");
});
