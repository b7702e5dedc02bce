// npm run doctor: which outside programs are there, and how to get the rest; with --stage: is all ready for a talk?
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("doctor", async ({ flags }) => {
  if (flags.stage) {
    const { doctorStage } = await loadTypeScript("apps/stack/src/cli/doctor-stage.ts");
    return doctorStage(root, flags.screen);
  }
  const { doctor } = await loadTypeScript("apps/stack/src/cli/doctor.ts");
  return doctor();
});
