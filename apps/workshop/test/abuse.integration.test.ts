import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Grade } from "../src/grader/grade.ts";
import { cart, type Spec } from "../src/spec.ts";
import { openTestBench, type TestBench } from "./test-bench.ts";

const folder = fileURLToPath(new URL("./abuse", import.meta.url));
const spec: Spec = {
  scenarios: [{ name: "two buyers, no lamp", stock: { lamp: 0 }, buyers: [cart("lamp"), cart("lamp")] }],
};

let bench: TestBench;
let scratch: string;
beforeAll(async () => {
  bench = await openTestBench();
  scratch = await mkdtemp(join(tmpdir(), "last-unit-abuse-"));
});
afterAll(async () => {
  await bench?.close();
  await rm(scratch, { recursive: true, force: true });
});

const reasonOf = (grade: Grade) =>
  grade.verdict === "cannot be judged" ? `${grade.reason.code}: ${grade.reason.message}` : grade.verdict;

test.each([
  ["endless-loop", /^DOES_NOT_END: Buyer A has computed/],
  ["endless-wait", /^WAITS_FOR_NOTHING: Buyer A has waited/],
  ["process-exit", /^EXITS: Buyer A called process.exit\(0\)/],
  ["kills-itself", /^EXITS: Buyer A's process ended with code 7/],
  ["memory-without-end", /^TOO_MUCH_MEMORY: /],
  ["buffers-without-end", /^TOO_MUCH_MEMORY: /],
  ["promise-left-alone", /^UNHANDLED_ERROR: .*nowhere/],
  ["decides-by-chance", /^NOT_DETERMINISTIC: /],
])("%s cannot be judged, is named, and leaves no process and no session", async (name, reason) => {
  expect(reasonOf(await bench.grader.grade(join(folder, `${name}.ts`), spec))).toMatch(reason);
  expect(await bench.leftovers()).toEqual([]);
});

test.each([
  ["connections-without-end", /waits for a connection, but all connections of its pool are checked out/],
  ["throws-a-string", /'sold out' \(no Error, but a string\)/],
  ["retries-without-end", /did not end within 120 steps/],
])("%s is wrong, is named, and leaves no process and no session", async (name, sentence) => {
  const grade = await bench.grader.grade(join(folder, `${name}.ts`), spec);
  expect(grade.verdict === "wrong" ? grade.failure.counterexample.wrong.join(" ") : grade).toMatch(sentence);
  expect(await bench.leftovers()).toEqual([]);
});

test("what a solution prints is shown beside its steps, and cut off", async () => {
  const grade = await bench.grader.grade(join(folder, "prints-without-end.ts"), spec);
  expect(grade.verdict).toBe("correct");
});

test.each([
  ["", "NO_CHECKOUT"],
  ["export async function checkout( {", "DOES_NOT_COMPILE"],
  ["throw new Error('at once');", "NO_CHECKOUT"],
])("the file %j cannot be judged", async (text, code) => {
  const file = join(scratch, "checkout.ts");
  await writeFile(file, text);
  expect(await bench.grader.grade(file, spec)).toMatchObject({ verdict: "cannot be judged", reason: { code } });
});
