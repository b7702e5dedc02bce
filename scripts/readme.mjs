// npm run readme: write the README's tables from measured reports. What it takes is in load-tests/readme.ts (--help).
import { loadTypeScript } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("readme", async ({ args }) => {
  const { main } = await loadTypeScript("load-tests/readme.ts");
  return main(args);
});
