// npm run matrix: run every failure scenario under every strategy and print which passes (--json for programs).
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("matrix", async ({ flags, signal }) => {
  const { matrix } = await loadTypeScript("apps/stack/src/cli/matrix.ts");
  return matrix(root, { isJson: flags.json ?? false, signal });
});
