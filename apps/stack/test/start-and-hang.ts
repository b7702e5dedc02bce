// Started by a test as a process of its own. It starts one process, puts it on record and then lets nothing else happen,
// so that the test can kill it at that moment.
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { prepareHome } from "../src/home.ts";
import { ProcessRecord } from "../src/supervise/process-record.ts";
import { startWatcher } from "../src/supervise/watcher.ts";

const [home = ""] = process.argv.slice(2);
await prepareHome(home);
const record = new ProcessRecord(home);
record.watcher = await startWatcher(home, fileURLToPath(new URL("../../..", import.meta.url)));
const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
void record.add({ name: "sleep", pid: child.pid as number, stopSignal: "SIGTERM" });
writeSync(1, `${child.pid}\n`);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
