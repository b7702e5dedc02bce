import { loadTypeScript, prepare, root, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async () => {
  await prepare({ build: [] });
  const { service } = await loadTypeScript("apps/stack/src/cli/service.ts");
  return service(root, process.argv.slice(2));
});
