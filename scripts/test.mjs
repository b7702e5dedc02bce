// npm test: every test there is, from nothing. All phases run even when one fails; the last line adds them up.
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";
import { endLeftovers } from "./lib/end-leftovers.mjs";
import { endSignal } from "./lib/ending.mjs";
import { runProcess } from "./lib/run-process.mjs";
import { runVitest } from "./lib/vitest.mjs";

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;

await runCommand("test", async ({ startedAt, signal }) => {
  const { ensureProgram } = await loadTypeScript("apps/stack/src/index.ts");
  for (const name of ["redis", "chromium", "k6"]) await ensureProgram(name, console.log);

  const scratch = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  try {
    const counts = { passed: 0, failed: 0 };
    for (const phase of phases(scratch)) {
      signal.throwIfAborted();
      const { passed, failed } = await runPhase(phase, { scratch, startedAt });
      counts.passed += passed;
      counts.failed += failed;
    }
    signal.throwIfAborted();
    console.log(`\nEverything took ${seconds(startedAt)}.`);
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  } finally {
    await endLeftovers(scratch, console.log);
    await rm(scratch, { recursive: true, force: true });
  }
});

/** What runs, and how its own record is counted. Each writes its record below `scratch`. */
function phases(scratch) {
  const record = (name) => join(scratch, name);
  return [
    {
      name: "unit and integration tests (vitest, real PostgreSQL and Redis)",
      run: () => runHalves(["--project=unit", "--project=integration"], scratch),
    },
    {
      name: "the strategies under load (k6)",
      file: join(root, "scripts/load.mjs"),
      args: ["--quick", "--out", record("load")],
      count: async () => {
        const { results, leftOut } = await readJson(join(record("load"), "results.json"));
        const failed = results.filter(({ failures }) => failures.length > 0).length;
        for (const { name, reason } of leftOut) console.log(`LEFT OUT  ${name}: ${reason}`);
        return { passed: results.length - failed, failed: failed + leftOut.length };
      },
    },
    {
      name: "the storefront in a browser (Playwright)",
      file: join(root, "node_modules/@playwright/test/cli.js"),
      args: ["test", "--reporter=list,json", "--output", record("playwright")],
      cwd: join(root, "apps/storefront"),
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: record("playwright.json") },
      count: async () => {
        const { stats, errors } = await readJson(record("playwright.json"));
        return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length };
      },
    },
  ];
}

/** Two halves at the same time, each with a system of its own: the tests of one half run in turn, and mostly wait. */
async function runHalves(args, scratch) {
  const counts = await Promise.all(
    [1, 2].map(async (half) => {
      const own = join(scratch, `half-${half}`);
      await mkdir(own);
      const lines = wholeLines((text) => process.stdout.write(text));
      try {
        return await runVitest([...args, `--shard=${half}/2`], { scratch: own, onOutput: lines });
      } finally {
        await endLeftovers(own, console.log);
      }
    }),
  );
  return counts.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }));
}

/** Passes on what ends with a line break, so that two outputs meet only between lines. */
function wholeLines(write) {
  let rest = "";
  return (part) => {
    const end = part.lastIndexOf("\n") + 1;
    if (end > 0) write(rest + part.slice(0, end));
    rest = end > 0 ? part.slice(end) : rest + part;
  };
}

async function runPhase(phase, { scratch, startedAt }) {
  const since = Date.now();
  console.log(`\n── ${phase.name}, ${seconds(startedAt)} after the start`);
  const run = phase.run ?? (() => runAndCount(phase, scratch));
  const counted = await run().catch((error) => {
    endSignal.throwIfAborted();
    console.log(`   no record of its tests: ${error.message}`);
    return { passed: 0, failed: 1 };
  });
  console.log(`── ${phase.name}: ${counted.passed} of ${counted.passed + counted.failed} passed, ${seconds(since)}`);
  return counted;
}

async function runAndCount({ file, args, cwd = root, env = {}, count }, scratch) {
  // Every system of a phase has its home in the scratch folder, where its processes are found if the phase is killed.
  const options = { cwd, env: { ...process.env, TMPDIR: scratch, ...env } };
  const code = await runProcess(process.execPath, [file, ...args], options);
  const counted = await count();
  // A phase that ends badly has failed, whatever its record says (a process left over, an error outside of any test).
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  return counted;
}

async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}
