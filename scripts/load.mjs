// npm run load: compare the strategies under load. What it takes is in load-tests/options.ts (--help).
import { loadTypeScript } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("load", async ({ args, signal }) => {
  const { main } = await loadTypeScript("load-tests/compare.ts");
  return main(args, signal);
});
