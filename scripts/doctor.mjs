// npm run doctor: which outside programs are there, and how to get the rest.
import { loadTypeScript } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("doctor", async () => {
  const { doctor } = await loadTypeScript("apps/stack/src/cli/doctor.ts");
  return doctor();
});
