// npm run build: the package as it is published, in dist/. JavaScript without dependencies, and its types.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const dist = join(folder, "dist");
rmSync(dist, { recursive: true, force: true });

const common = { bundle: true, format: "esm", target: "es2022", outdir: dist };
// For a browser too: whatever of Node slipped into the library fails here.
await build({ ...common, entryPoints: { index: join(folder, "src/index.ts") }, platform: "browser" });
await build({ ...common, entryPoints: { cli: join(folder, "src/cli/main.ts") }, platform: "node", target: "node20" });

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(folder, "tsconfig.build.json")], { stdio: "inherit" });
