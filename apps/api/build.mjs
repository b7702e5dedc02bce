import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));

// Our own code in one file for each thread; the packages stay in node_modules.
await build({
  // The history judge is a worker, so it is a file of its own.
  entryPoints: { main: join(folder, "src/main.ts"), "judge-worker": join(folder, "src/lab/judge-worker.ts") },
  outdir: join(folder, "dist"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: true,
  plugins: [
    {
      name: "packages-stay-outside",
      setup: ({ onResolve }) =>
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === "entry-point" || path.startsWith("@last-unit/") ? undefined : { path, external: true },
        ),
    },
  ],
});
