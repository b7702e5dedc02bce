// npm run bench: ratios against peers and limits. What it takes is in load-tests/bench/options.ts (--help).
import { loadTypeScript, prepare, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async () => {
  await prepare({ build: ["api"] });
  const { main } = await loadTypeScript("load-tests/bench.ts");
  return main(process.argv.slice(2));
});
