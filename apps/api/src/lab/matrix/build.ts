import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Names the code that runs: in a bundle, this module's file is all of it. */
export const build = createHash("sha256")
  .update(readFileSync(new URL(import.meta.url)))
  .digest("hex")
  .slice(0, 12);
