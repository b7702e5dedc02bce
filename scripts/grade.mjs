// npm run grade: judge solutions of the workshop in every order of their steps, on a real PostgreSQL of its own.
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("grade", async ({ args, flags, signal }) => {
  const { readSettings } = await loadTypeScript("apps/stack/src/settings.ts");
  const { grade } = await loadTypeScript("apps/workshop/src/cli/grade.ts");
  return grade(root, readSettings(process.env, root).home, args, flags, signal);
});
