// npm run check-history: judge a recorded history. What it takes is in apps/checker/src/cli/options.ts (--help).
import { loadTypeScript, prepare, runCommand } from "./lib/bootstrap.mjs";

await runCommand(async () => {
  await prepare({ build: [] });
  const { main } = await loadTypeScript("apps/checker/src/cli/main.ts");
  // npm runs this at the root of the clone; paths are meant from where the person is.
  process.chdir(process.env.INIT_CWD ?? process.cwd());
  return main(process.argv.slice(2));
});
