// npm run workshop: the exercises, one after another; grades the current one whenever its file is saved.
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand(
  "workshop",
  async ({ args, signal }) => {
    const { readSettings } = await loadTypeScript("apps/stack/src/settings.ts");
    const { workshop } = await loadTypeScript("apps/workshop/src/cli/workshop.ts");
    return workshop(root, readSettings(process.env, root).home, args, signal);
  },
  { endsBySignal: true },
);
