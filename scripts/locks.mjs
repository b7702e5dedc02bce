// npm run locks: print who holds and waits for what, in every store of the running system.
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("locks", async ({ flags }) => {
  const { locks } = await loadTypeScript("apps/stack/src/cli/locks.ts");
  return locks(root, flags);
});
