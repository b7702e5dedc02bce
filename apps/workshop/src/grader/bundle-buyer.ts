import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Makes one file of the buyer's program, its database client included: a process that need not compile TypeScript starts
 * several times as fast, and one is started for each buyer of each grade.
 */
export async function bundleBuyer(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("../buyer/main.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["pg-native"],
    logLevel: "error",
  });
}
