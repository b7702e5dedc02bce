// npm run service: inject a fault into one service of the running system, or end it.
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("service", async ({ args }) => {
  const { service } = await loadTypeScript("apps/stack/src/cli/service.ts");
  return service(root, args);
});
