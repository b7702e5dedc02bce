// npm test: every test there is, from nothing. All phases run even when one fails; the last line adds them up.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTypeScript, prepare, root, runCommand } from "./lib/bootstrap.mjs";

const startedAt = Date.now();
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;

let running;
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    interrupted = true;
    // Ctrl-C reaches the phase by itself (one process group); a signal sent to this process alone does not.
    running?.kill(signal);
  });
}

await runCommand(async () => {
  await prepare();
  const { ensureProgram } = await loadTypeScript("apps/stack/src/index.ts");
  for (const name of ["redis", "chromium", "k6"]) await ensureProgram(name, console.log);

  const scratch = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  try {
    const counts = { passed: 0, failed: 0 };
    for (const phase of phases(scratch)) {
      if (interrupted) break;
      const { passed, failed } = await runPhase(phase);
      counts.passed += passed;
      counts.failed += failed;
    }
    if (interrupted) return 130;
    console.log(`\nEverything took ${seconds(startedAt)}.`);
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});

/** What runs, and how its own record is counted. Each writes its record below `scratch`. */
function phases(scratch) {
  const record = (name) => join(scratch, name);
  return [
    {
      name: "unit and integration tests (vitest, real PostgreSQL and Redis)",
      file: join(root, "node_modules/vitest/vitest.mjs"),
      args: ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${record("vitest.json")}`],
      count: async () => {
        const { numPassedTests, numFailedTests, numFailedTestSuites, success } = await readJson(record("vitest.json"));
        // A file that does not even load has no failed test in it, but it has failed.
        const failed = numFailedTests || (success ? 0 : Math.max(numFailedTestSuites, 1));
        return { passed: numPassedTests, failed };
      },
    },
    {
      name: "the strategies under load (k6)",
      file: join(root, "scripts/load.mjs"),
      args: ["--quick", "--out", record("load")],
      count: async () => {
        const { results } = await readJson(join(record("load"), "results.json"));
        const failed = results.filter(({ failures }) => failures.length > 0).length;
        return { passed: results.length - failed, failed };
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

async function runPhase({ name, file, args, cwd = root, env = {}, count }) {
  const since = Date.now();
  console.log(`\n── ${name}, ${seconds(startedAt)} after the start`);
  const code = await new Promise((resolve, reject) => {
    running = spawn(process.execPath, [file, ...args], { cwd, env: { ...process.env, ...env }, stdio: "inherit" });
    running.once("error", reject);
    running.once("close", resolve);
  });
  running = undefined;
  const counted = await count().catch((error) => {
    console.log(`   no record of its tests: ${error.message}`);
    return { passed: 0, failed: 1 };
  });
  // A phase that ends badly has failed, whatever its record says (a process left over, an error outside of any test).
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  console.log(`── ${name}: ${counted.passed} of ${counted.passed + counted.failed} passed, ${seconds(since)}`);
  return counted;
}

async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}
