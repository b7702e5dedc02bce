import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "@last-unit/stack";
import { isExhaustive } from "@last-unit/stack/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bench } from "./bench.ts";
import { defects } from "./broken/adapters.ts";
import type { Case } from "./case.ts";
import { cases } from "./cases/index.ts";
import type { AdapterSource } from "./client-process.ts";
import type { RedisNode } from "./redis-node.ts";
import { type CaseResult, runCase, startNodes } from "./run.ts";
import { ownSubjects, subjectsOf } from "./subjects.ts";

const program = (await findProgram("redis"))?.path ?? "redis-server";
const own = { isQuick: true, nodes: { program } };
let nodes: RedisNode[] = [];

beforeAll(async () => {
  nodes = await startNodes(own.nodes);
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
});

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const verdictNumbers = cases.filter(({ gives }) => gives === "verdict").map(({ number }) => number);
/** Case 12 takes longest, and lost-connection.integration.test.ts covers what it is about. */
const ownNumbers = verdictNumbers.filter((number) => isExhaustive || number !== 12);
const caseOf = (number: number) => cases.find((each) => each.number === number) as Case;

async function run(source: Omit<AdapterSource, "node">, numbers: readonly number[]): Promise<CaseResult[]> {
  const bench = new Bench(nodes, { ...source, node: process.execPath }, own);
  const results: CaseResult[] = [];
  try {
    for (const number of numbers) results.push(await runCase(caseOf(number), bench));
    return results;
  } finally {
    await bench.end();
  }
}

describe("the cases find what they are for", () => {
  let bench: Bench;
  beforeAll(() => {
    bench = new Bench(nodes, { file: at("./broken/adapters.ts"), name: "", node: process.execPath }, own);
  });
  afterAll(() => bench.end());
  const judge = (adapter: string, number: number) => {
    bench.use(adapter);
    return runCase(caseOf(number), bench);
  };

  test("every case that gives a verdict has a defect that it must find", () => {
    expect([...new Set(defects.map((each) => each.case))]).toEqual(verdictNumbers);
  });

  test("an adapter without a defect passes every case that gives a verdict", async () => {
    const results: CaseResult[] = [];
    for (const number of verdictNumbers) results.push(await judge("textbook", number));
    expect(results.filter(({ outcome }) => outcome !== "pass")).toEqual([]);
  }, 120_000);

  // Beside the exhaustive run: what makes a lock useless at once, two holders or a lease that is granted too late.
  const gravest = defects.filter(({ case: number }) => isExhaustive || [1, 4, 8].includes(number));
  test.each(gravest)(
    "case $case fails an adapter that $defect",
    async ({ case: number, defect }) => {
      expect(await judge(defect, number)).toMatchObject({ outcome: "fail" });
    },
    60_000,
  );
});

test.each(ownSubjects.filter(({ name }) => name !== "set-nx"))(
  "$name, a guard of the shop, passes the cases that give a verdict",
  async ({ file, name }) => {
    const results = await run({ file, name }, ownNumbers);
    expect(results.filter(({ outcome }) => outcome !== "pass")).toEqual([]);
  },
  120_000,
);

test("an adapter written as the README says runs from outside of the repository", async () => {
  const readme = await readFile(at("./README.md"), "utf8");
  const [, source = ""] = /<!-- example: my-lock.mjs -->\n```js\n(.*?)```/s.exec(readme) ?? [];
  const folder = await mkdtemp(join(tmpdir(), "last-unit-adapter-"));
  try {
    await symlink(at("../../../node_modules"), join(folder, "node_modules"));
    const file = join(folder, "my-lock.mjs");
    await writeFile(file, source);
    const [subject] = await subjectsOf(file);
    expect(subject).toMatchObject({ name: "my-lock", title: "redlock 5.0.0-beta.2", leastNode: 12 });
    const results = await run({ file, name: "my-lock" }, [6, 4, 8]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["pass", "fail", "not applicable"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

test("an adapter that cannot be loaded ends its cases with the reason, and no verdict", async () => {
  const [result] = await run({ file: at("./broken/adapters.ts"), name: "nosuch" }, [2]);
  expect(result).toMatchObject({ outcome: "error", finding: expect.stringContaining("no adapter named nosuch") });
});
