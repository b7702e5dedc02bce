// npm run check: lint, format and types, for every part. Nothing is changed; `npm run format` does that.
import { join } from "node:path";
import { root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";
import { runProcess } from "./lib/run-process.mjs";

const bin = (path) => join(root, "node_modules", path);

const checks = [
  { name: "lint and format", commands: [[bin("@biomejs/biome/bin/biome"), "check", "."]] },
  { name: "types: API, stack, database", commands: [[bin("typescript/bin/tsc"), "-p", "."]] },
  {
    name: "types: storefront (after writing its API types)",
    commands: [["apps/storefront/scripts/generate-types.mjs"], [bin("typescript/bin/tsc"), "-p", "apps/storefront"]],
  },
  { name: "patches of the explorer's mutants", commands: [["apps/api/test/explore/mutants.mjs"]] },
  { name: "types: load tests", commands: [[bin("typescript/bin/tsc"), "-p", "load-tests"]] },
];

await runCommand("check", async () => {
  let failed = 0;
  for (const { name, commands } of checks) {
    const since = Date.now();
    console.log(`${name} …`);
    let ok = true;
    for (const args of commands) ok &&= (await runProcess(process.execPath, args, { cwd: root })) === 0;
    console.log(`${name}: ${ok ? "passed" : "FAILED"} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
    if (!ok) failed += 1;
  }
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
