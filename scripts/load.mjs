// npm run load: compare the strategies under load. What it takes is in load-tests/options.ts (--help).
import { loadTypeScript, prepare } from "./lib/bootstrap.mjs";

await prepare();
const { main } = await loadTypeScript("load-tests/compare.ts");
process.exitCode = await main(process.argv.slice(2));
