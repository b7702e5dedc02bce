// npm run load: compare the strategies under load. What it takes is in load-tests/options.ts (--help).
import { loadTypeScript, prepare, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async () => {
  // k6 speaks to the API only: no storefront is built for it.
  await prepare({ build: ["api"] });
  const { main } = await loadTypeScript("load-tests/compare.ts");
  return main(process.argv.slice(2));
});
