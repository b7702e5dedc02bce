import { loadTypeScript, prepare, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async () => {
  await prepare({ build: [] });
  const { doctor } = await loadTypeScript("apps/stack/src/cli/doctor.ts");
  return doctor();
});
