// npm run help: the table of commands.
import { readArguments } from "./lib/command.mjs";
import { commands } from "./lib/commands.mjs";

const given = readArguments("help", process.argv.slice(2));
if (given.exitCode === 2) {
  console.error(given.text);
  process.exit(2);
}
console.log("Commands; each takes --help, as in npm run load -- --help:\n");
for (const [name, { about }] of Object.entries(commands)) {
  const npm = name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`;
  console.log(`  ${npm.padEnd(24)}  ${about}`);
}
