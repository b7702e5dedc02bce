// npm run matrix: play every scenario under every strategy and print who survives what (--json for programs).
import { loadTypeScript, prepare, root, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async () => {
  const args = process.argv.slice(2);
  // No storefront is built for it, and whatever is said goes to the other stream where the output is for a program.
  await prepare({ build: ["api"], say: (line) => console.error(line) });
  const { matrix } = await loadTypeScript("apps/stack/src/cli/matrix.ts");
  return matrix(root, args);
});
