// npm run readme: write the README's tables from measured reports. What it takes is in load-tests/readme.ts (--help).
import { loadTypeScript, prepare, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async () => {
  await prepare({ build: [] });
  const { main } = await loadTypeScript("load-tests/readme.ts");
  return main(process.argv.slice(2));
});
