// Opens a control port alone, prints its address and token, and stays until it is killed.
import { fileURLToPath } from "node:url";
import { openControl } from "../src/control/control.ts";
import { ProcessRecord } from "../src/supervise/process-record.ts";

const [home = ""] = process.argv.slice(2);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const around = { record: new ProcessRecord(home), report: () => {} };
const { url, token } = await openControl({ home, root, services: () => [], around });
console.log(JSON.stringify({ url, token }));
