import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./bootstrap.mjs";
import { runProcess } from "./run-process.mjs";

const leftOutReporter = fileURLToPath(new URL("./left-out-reporter.mjs", import.meta.url));

/**
 * Runs vitest with these arguments and counts by its own record. A test that is left out because a service is absent has
 * failed, as has a run that finds no test.
 *
 * @param {string[]} args
 * @param {{ scratch: string, reporter?: string, node?: string, onOutput?: (part: string) => void }} options `scratch`: a folder
 *   for its records, and for the homes of its systems. `node`: the Node.js that runs the tests and their systems; default this
 *   one. `onOutput`: see `runProcess`.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runVitest(args, { scratch, reporter = "default", node = process.execPath, onOutput }) {
  const [record, leftOutFile] = [join(scratch, "vitest.json"), join(scratch, "left-out.json")];
  for (const file of [record, leftOutFile]) await rm(file, { force: true });
  const reporters = [`--reporter=${reporter}`, "--reporter=json", `--outputFile.json=${record}`];
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const all = [vitest, "run", ...reporters, `--reporter=${leftOutReporter}`, ...args];
  const env = { ...process.env, TMPDIR: scratch, LEFT_OUT_FILE: leftOutFile };
  const code = await runProcess(node, all, { cwd: root, env, onOutput });
  const { numPassedTests: passed, numFailedTests, numFailedTestSuites } = await readJson(record);
  const leftOut = await readJson(leftOutFile);
  for (const { reason, tests } of leftOut) {
    console.log(
      `LEFT OUT  ${tests.length === 1 ? tests[0] : `${tests.length} tests (${tests[0]} and others)`}: ${reason}`,
    );
  }
  if (passed === 0) console.log("No test was run.");
  // A file that does not even load has no failed test in it, but it has failed.
  const failed = numFailedTests || (code === 0 && passed > 0 ? 0 : Math.max(numFailedTestSuites, 1));
  return { passed, failed: failed + leftOut.reduce((sum, { tests }) => sum + tests.length, 0) };
}

async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}
