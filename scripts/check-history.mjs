// npm run check-history: check a recorded history for linearizability. What it takes is in apps/checker/src/cli/options.ts (--help).
import { loadTypeScript } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("check-history", async ({ args }) => {
  const { main } = await loadTypeScript("apps/checker/src/cli/main.ts");
  // npm runs this at the root of the clone; paths are meant from where the person is.
  process.chdir(process.env.INIT_CWD ?? process.cwd());
  return main(args);
});
