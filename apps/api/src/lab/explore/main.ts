// The process of `npm run explore`: explores strategies on the stores of DATABASE_URL, REDIS_URLS and DYNAMODB_ENDPOINT,
// which must be nobody else's.
import { once } from "node:events";
import { parseOptions } from "./options.ts";
import { runExplorations } from "./run-explorations.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

const options = parseOptions(process.argv[2] ?? "{}");
/** The parent owns the server. It answers when it has done so. */
async function askParent(request: { pause: number } | { resume: number }): Promise<void> {
  if (!process.send)
    throw new Error("Start it by npm run explore: only the parent process may pause a server process.");
  const done = once(process, "message");
  process.send(request);
  await done;
}
const pausing = {
  pause: (pid: number) => askParent({ pause: pid }),
  resume: (pid: number) => askParent({ resume: pid }),
};

const { DATABASE_URL, REDIS_URLS, DYNAMODB_ENDPOINT } = process.env;
if (!DATABASE_URL) throw new Error("DATABASE_URL is missing.");
const urls = { database: DATABASE_URL, redis: REDIS_URLS?.split(","), dynamodb: DYNAMODB_ENDPOINT };
try {
  // The exit is explicit: a connection that is still closing must not delay it.
  process.exit(await runExplorations(urls, pausing, options, stop.signal));
} catch (error) {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exit(2);
}
