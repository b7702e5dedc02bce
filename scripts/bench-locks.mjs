// npm run bench:locks: what a hung lock node costs, and hand-over by wake-up against polling. Flags: load-tests/locks.ts.
import { loadTypeScript, prepare, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async () => {
  await prepare({ build: [] });
  const { main } = await loadTypeScript("load-tests/locks.ts");
  return main(process.argv.slice(2));
});
