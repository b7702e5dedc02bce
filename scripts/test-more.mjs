// npm run test:more: the tests that need more programs, or more time, than npm start does. With Node.js 24: the unit tests, and
// the races of one strategy through the API of a system that runs on it. Every solution of the workshop, every round and case of
// tests of which npm test runs a part. With an older PostgreSQL and with PgBouncer: a start says why it cannot use them. What is missing is named with the way to get it, and the
// exit code is 2.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BootstrapError, loadTypeScript, runStep } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";
import { endLeftovers } from "./lib/end-leftovers.mjs";
import { namePattern } from "./lib/name-pattern.mjs";
import { runVitest } from "./lib/vitest.mjs";

/** Files of which `npm test` runs a part. */
const exhaustive = [
  "--project=integration",
  "apps/api/test/http/lab.integration",
  "apps/api/test/lab/replays.integration",
  "apps/locks/conformance",
  "load-tests/plain-k6",
  "scripts/signals.integration",
];
const races = [
  "--project=integration",
  `--testNamePattern=${namePattern("row-lock")}`,
  "apps/api/test/http/lab.integration",
];

await runCommand("test:more", async ({ signal }) => {
  const { ensureProgram, StackError } = await loadTypeScript("apps/stack/src/index.ts");
  const scratch = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  let installed;
  const redis = async () => {
    await ensureProgram("redis", console.log);
    return {};
  };
  /** Node.js 24, installed once, and Redis, which its system needs. */
  const node24 = async () => {
    await redis();
    installed ??= installNode24(join(scratch, "node-24"));
    return { node: await installed };
  };
  try {
    // A running system that this variable names has another Node.js.
    delete process.env.LAST_UNIT_STACK_FILE;
    process.env.EXHAUSTIVE = "1";
    const parts = [
      ["PostgreSQL 15", ["--project=more", "older-postgres"], () => ensureProgram("older-postgres", console.log)],
      ["PgBouncer", ["--project=more", "pgbouncer"], () => ensureProgram("pgbouncer", console.log)],
      ["the workshop: every right and every wrong solution", ["--project=more", "apps/workshop"], async () => ({})],
      ["every round of races and replays, every case of conformance, every k6 script and signal", exhaustive, redis],
      ["Node.js 24: unit tests", ["--project=unit"], node24],
      ["Node.js 24: races", races, node24],
    ];
    const counts = { passed: 0, failed: 0 };
    const notRun = [];
    for (const [title, args, ensure] of parts) {
      signal.throwIfAborted();
      console.log(`\n── ${title}`);
      try {
        const { node } = await ensure();
        const { passed, failed } = await runVitest(args, { scratch, node });
        counts.passed += passed;
        counts.failed += failed;
      } catch (error) {
        if (signal.aborted || !(error instanceof StackError || error instanceof BootstrapError)) throw error;
        notRun.push(`NOT RUN  ${title}: ${error.message}`);
      }
    }
    for (const line of notRun) console.log(line);
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    if (counts.failed > 0) return 1;
    return notRun.length > 0 ? 2 : 0;
  } finally {
    await endLeftovers(scratch, console.log);
    await rm(scratch, { recursive: true, force: true });
  }
});

/**
 * Installs the npm package that holds Node.js for this platform: one file, and no install script.
 *
 * @param {string} folder
 * @returns {Promise<string>} the path of `node`.
 * @throws {BootstrapError} when there is no package for this platform, or its `node` does not run here.
 */
async function installNode24(folder) {
  const name = `node-${process.platform}-${process.arch}`;
  const install = ["npm", ["install", "--ignore-scripts", "--prefix", folder, `${name}@24`]];
  await runStep(`installing Node.js 24 (${name} from npm)`, install, console.error);
  const node = join(folder, "node_modules", name, "bin/node");
  await runStep("starting Node.js 24", [node, ["--version"]], console.error);
  return node;
}
