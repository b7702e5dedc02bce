// npm run dev: the whole system. The replicas restart when the API's source changes, and Vite reloads the pages.
import { join } from "node:path";
import { loadTypeScript, root } from "./lib/bootstrap.mjs";
import { runCommand } from "./lib/command.mjs";
import { writeStamp } from "./lib/fingerprint.mjs";
import { replicaRestarts } from "./lib/restart-replicas.mjs";

await runCommand(
  "dev",
  async ({ flags, startedAt, signal }) => {
    const { StackError } = await loadTypeScript("apps/stack/src/index.ts");
    try {
      return await develop(flags["vite-port"], startedAt, signal);
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      console.error(error.message);
      return 1;
    }
  },
  { endsBySignal: true },
);

async function develop(wantedVitePort, startedAt, signal) {
  const { start } = await loadTypeScript("apps/stack/src/cli/start.ts");
  const { StackError } = await loadTypeScript("apps/stack/src/index.ts");
  const { whyPortIsTaken } = await loadTypeScript("apps/stack/src/free-port.ts");
  const { wholeNumber } = await loadTypeScript("apps/stack/src/settings.ts");
  // Here, because both need the packages, which `runCommand` installs.
  const { watch } = await import("../apps/api/build.mjs");
  const { startVite } = await import("./lib/vite-server.mjs");

  const name = "--vite-port";
  const port = wholeNumber({ [name]: wantedVitePort }, name, { fallback: 5173, least: 1, most: 65_535 });
  const whyNot = await whyPortIsTaken(port);
  if (whyNot) throw new StackError(`Vite cannot use port ${port} (${whyNot}). Choose another one with ${name} N.`);
  let becomeReady;
  const ready = new Promise((resolve) => {
    becomeReady = resolve;
  });
  const restarts = replicaRestarts(ready, signal);
  const watching = await watch(async () => {
    // What is built is no longer what the stamp of the last `build` step says.
    await writeStamp(root, "api", "");
    restarts.request();
  });
  return start(root, startedAt, async (system, say) => {
    const pages = await startVite({ root: join(root, "apps/storefront"), apiUrl: system.url, port });
    becomeReady({ replicas: system.services.filter((service) => service.name.startsWith("replica-")), say });
    return {
      url: pages.url,
      async stop() {
        await Promise.all([watching.dispose(), pages.stop(), restarts.settled()]);
      },
    };
  });
}
