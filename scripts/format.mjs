// npm run format: puts the code into shape, with Biome.
import { join } from "node:path";
import { root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";
import { runProcess } from "./lib/run-process.mjs";

const biome = join(root, "node_modules/@biomejs/biome/bin/biome");

await runCommand("format", () => runProcess(process.execPath, [biome, "check", "--write", "."], { cwd: root }));
