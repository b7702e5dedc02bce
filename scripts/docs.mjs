// npm run docs: write the pages of the documentation that come from the sources.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("docs", async () => {
  const { strategiesPage } = await loadTypeScript("apps/api/src/inventory/strategies-page.ts");
  await writeFile(join(root, "docs/strategies.md"), strategiesPage());
  console.log("docs/strategies.md is written.");
  return 0;
});
