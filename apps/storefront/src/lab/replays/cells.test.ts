import { expect, test } from "vitest";
import { toCells } from "./cells.ts";

const step = (number: number, state: string, label: string | null) => ({
  number,
  sentence: "",
  shopper: "A",
  atMs: 0,
  lanes: { A: { state, label } },
  stocks: [1],
  holder: null,
  decisive: false,
});

test("neighbours of one state are one segment, and a label is told once", () => {
  const steps = [
    step(1, "waiting", "asks for the lock"),
    step(2, "waiting", "asks for the lock"),
    step(3, "holding", "reads 1"),
    step(4, "done", "sold No. 1"),
  ] as Parameters<typeof toCells>[0];
  expect(toCells(steps, "A").map(({ state, text, begins, ends }) => [state, text, begins, ends])).toEqual([
    ["waiting", "asks for the lock", true, false],
    ["waiting", "", false, true],
    ["holding", "reads 1", true, true],
    ["done", "sold No. 1", true, true],
  ]);
});

test("a state that comes without a new label is named", () => {
  const steps = [step(1, "inside", "reads 1"), step(2, "suspended", "reads 1")] as Parameters<typeof toCells>[0];
  expect(toCells(steps, "A")[1]).toMatchObject({ text: "machine suspended", loss: false });
});

test("who leaves without a unit is told from who leaves with one", () => {
  const steps = [step(1, "done", "sold out"), step(2, "done", "sold No. 2")] as Parameters<typeof toCells>[0];
  expect(toCells(steps, "A").map(({ loss }) => loss)).toEqual([true, false]);
});
