// Started by a test as a process of its own, so that the test can kill it: the backing services in the given home.
import { startSystem } from "../src/system.ts";

const [home = ""] = process.argv.slice(2);
await startSystem({ home, backingServicesOnly: true, given: { zookeeper: false } });
process.stdout.write("ready\n");
setInterval(() => undefined, 60_000);
