// npm run docs: write the pages of the documentation that come from the sources.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadTypeScript, prepare, root, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async () => {
  await prepare({ build: [] });
  const { strategiesPage } = await loadTypeScript("apps/api/src/inventory/strategies-page.ts");
  await writeFile(join(root, "docs/strategies.md"), strategiesPage());
  console.log("docs/strategies.md is written.");
  return 0;
});
