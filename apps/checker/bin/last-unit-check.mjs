#!/usr/bin/env node
// The command: from the built package, or in a clone of the repository from its source.
import { existsSync } from "node:fs";

const source = new URL("../src/cli/main.ts", import.meta.url);
if (existsSync(source)) {
  const { register } = await import("tsx/esm/api");
  register();
}
const { main } = await import(existsSync(source) ? source.href : new URL("../dist/cli.js", import.meta.url).href);

// Whoever reads may stop reading, as `head` does.
process.stdout.on("error", () => process.exit());
process.exitCode = await main(process.argv.slice(2));
