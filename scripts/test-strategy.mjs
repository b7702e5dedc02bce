// npm run test:strategy -- NAME: the tests that concern one strategy: its contract, its replays and its faults, then the
// contract of its guard.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTypeScript } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";
import { endLeftovers } from "./lib/end-leftovers.mjs";
import { namePattern } from "./lib/name-pattern.mjs";
import { loadStrategies } from "./lib/strategies.mjs";
import { runVitest } from "./lib/vitest.mjs";

/** Parts of paths of test files. */
const testsOfGuards = ["contract/guards.integration", "locks/test/contract.integration"];
const allTests = ["apps/api/test/", ...testsOfGuards];

await runCommand("test:strategy", async ({ args: [name, ...more] }) => {
  const strategies = await loadStrategies();
  const strategy = strategies.find((known) => known.name === name);
  if (!strategy || more.length > 0) {
    const names = strategies.map((known) => known.name).join(", ");
    console.error(`Name one strategy, as in npm run test:strategy -- row-lock. There are ${names}.`);
    return 2;
  }
  const { ensureProgram } = await loadTypeScript("apps/stack/src/index.ts");
  await ensureProgram("redis", console.log);
  const scratch = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  try {
    // A guard of the same name is among all tests. Another one's name may be a strategy's: it counts in its own files only.
    const hasOtherGuard = strategy.guard !== "none" && strategy.guard !== strategy.name;
    let passed = await runTests(scratch, strategy.name, allTests);
    if (hasOtherGuard) passed = (await runTests(scratch, strategy.guard, testsOfGuards)) && passed;
    return passed ? 0 : 1;
  } finally {
    await endLeftovers(scratch, console.log);
    await rm(scratch, { recursive: true, force: true });
  }
});

/** Runs the tests of these files that have the name in their title. Whether there are any, and all of them pass. */
async function runTests(scratch, name, files) {
  const args = ["--project=integration", `--testNamePattern=${namePattern(name)}`, ...files];
  const { failed } = await runVitest(args, { scratch, reporter: "verbose" });
  return failed === 0;
}
