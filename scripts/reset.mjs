// npm run reset: stock, orders and runs of the running system as at first.
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("reset", async ({ flags }) => {
  const { reset } = await loadTypeScript("apps/stack/src/cli/reset.ts");
  return reset(root, flags);
});
