import { document } from "./openapi.ts";

process.stdout.write(`${JSON.stringify(document(), null, 2)}\n`);
