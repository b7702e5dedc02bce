import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { logFile } from "../home.ts";
import { answers, type ReplicaService } from "../replica.ts";
import { Service } from "../supervise/service.ts";
import type { Surroundings } from "../supervise/service-spec.ts";
import type { FrontDoorMessage } from "./main.ts";

/** Prepares the reverse proxy's process. It supervises nothing, so a crash only costs its restart. */
export function prepareFrontDoor(
  options: { port: number; root: string; home: string; replicas: readonly ReplicaService[]; controlUrl: string },
  around: Surroundings,
): { service: Service; tellStopped(): void } {
  const { port, root, home, replicas, controlUrl } = options;
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const service = new Service(
    {
      name: "front-door",
      logFile: logFile(home, "front-door"),
      command: () => ({
        file: process.execPath,
        args: [
          "--import",
          "tsx",
          main,
          String(port),
          join(root, "apps/storefront/dist"),
          ...replicas.map(({ url }) => url),
        ],
        cwd: root,
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          TMPDIR: process.env.TMPDIR,
          PUBLIC_HOSTS: process.env.PUBLIC_HOSTS,
          CONTROL_URL: controlUrl,
        },
      }),
      ipc: true,
      // Any response shows that it listens, even if no replica is ready.
      isAnswering: () => answers(`http://127.0.0.1:${port}/`, { anyStatus: true }),
      startWithinMs: 30_000,
      stopSignal: "SIGTERM",
      stopWithinMs: 6500,
    },
    around,
  );
  return {
    service,
    tellStopped() {
      const stopped = replicas.filter((replica) => replica.service.state === "stopped").map(({ name }) => name);
      service.send({ stopped } satisfies FrontDoorMessage);
    },
  };
}
