import { loadTypeScript, prepare, root, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async (startedAt) => {
  await prepare();
  const { start } = await loadTypeScript("apps/stack/src/cli/start.ts");
  return start(root, startedAt);
});
