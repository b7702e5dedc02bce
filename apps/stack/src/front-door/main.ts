// The reverse proxy's process, a child of the stack. The stack tells it over IPC which replicas are stopped.
import { openFrontDoor } from "./front-door.ts";
import { watchReadiness } from "./readiness.ts";
import { RoundRobin, type Target } from "./round-robin.ts";

/** A message of the stack: the names of the replicas that take no more requests. */
export interface FrontDoorMessage {
  stopped: string[];
}

const [port, dist, ...urls] = process.argv.slice(2);
const targets: Target[] = urls.map((url, index) => ({ name: `replica-${index + 1}`, url }));
let stopped = new Set<string>();
process.on("message", (message: FrontDoorMessage) => {
  stopped = new Set(message.stopped);
});

try {
  const turn = new RoundRobin(targets, ({ name }) => stopped.has(name));
  const publicHosts = (process.env.PUBLIC_HOSTS ?? "").split(",").filter(Boolean);
  const door = await openFrontDoor(Number(port), turn, dist, { publicHosts, controlUrl: process.env.CONTROL_URL });
  watchReadiness(turn);
  let isClosing = false;
  const close = async () => {
    if (isClosing) return;
    isClosing = true;
    await door.close();
    door.closeConnections();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void close());
  // The stack has ended, and its replicas are about to end.
  process.on("disconnect", () => void close());
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
