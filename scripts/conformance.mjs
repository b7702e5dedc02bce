// npm run conformance: test Redlock packages against five Redis nodes. What it takes is in
// apps/locks/conformance/options.ts (--help).
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";

await runCommand("conformance", async ({ args, signal }) => {
  const { main, readArguments } = await loadTypeScript("apps/locks/conformance/main.ts");
  const options = readArguments(args);
  if ("exitCode" in options) {
    (options.exitCode === 0 ? console.log : console.error)(options.text);
    return options.exitCode;
  }
  const { ensureProgram, StackError } = await loadTypeScript("apps/stack/src/index.ts");
  const { prepareHome } = await loadTypeScript("apps/stack/src/home.ts");
  const { ProcessRecord } = await loadTypeScript("apps/stack/src/supervise/process-record.ts");
  const { startWatcher } = await loadTypeScript("apps/stack/src/supervise/watcher.ts");
  // A home of its own: it does not touch a system that runs beside it.
  const home = await mkdtemp(join(tmpdir(), "last-unit-conformance-"));
  const record = new ProcessRecord(home);
  try {
    const { path: program } = await ensureProgram("redis", console.error);
    await prepareHome(home);
    record.watcher = await startWatcher(home, root);
    const reports = join(resolve(root, process.env.LAST_UNIT_HOME || ".last-unit"), "reports");
    return await main(options, { nodes: { program, processes: record }, reports, signal });
  } catch (error) {
    if (signal.aborted || !(error instanceof StackError)) throw error;
    console.error(error.message);
    return 2;
  } finally {
    record.watcher?.dismiss();
    await rm(home, { recursive: true, force: true });
  }
});
