// npm start: the whole system, until it is asked to end.
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand(
  "start",
  async ({ startedAt }) => {
    const { start } = await loadTypeScript("apps/stack/src/cli/start.ts");
    return start(root, startedAt);
  },
  { endsBySignal: true },
);
