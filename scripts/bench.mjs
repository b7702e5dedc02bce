// npm run bench: ratios against another commit, peers and limits. What it takes is in load-tests/bench/options.ts (--help).
import { loadTypeScript } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("bench", async ({ args, signal }) => {
  const { main } = await loadTypeScript("load-tests/bench.ts");
  return main(args, signal);
});
