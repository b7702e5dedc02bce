import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));

export const packagesStayOutside = {
  name: "packages-stay-outside",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || path.startsWith("@last-unit/") ? undefined : { path, external: true },
    ),
};

/** Our own code in one file for each thread; the packages stay in node_modules. */
const options = {
  // The history check runs in a worker thread, so it is a file of its own.
  entryPoints: {
    main: join(folder, "src/main.ts"),
    "linearizability-worker": join(folder, "src/lab/verdict/linearizability-worker.ts"),
  },
  outdir: join(folder, "dist"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: true,
  plugins: [packagesStayOutside],
};

/**
 * Builds now, and again after each change of a source file until `dispose` of the result is called. Errors are printed.
 *
 * @param {() => Promise<void>} onRebuilt called after each build without an error but the first, for which this function waits.
 */
export async function watch(onRebuilt) {
  let builds = 0;
  let onFirst;
  const first = new Promise((resolve) => {
    onFirst = resolve;
  });
  const tell = ({ onEnd }) =>
    onEnd(async ({ errors }) => {
      builds += 1;
      if (builds === 1) onFirst();
      else if (errors.length === 0) await onRebuilt();
    });
  const plugins = [...options.plugins, { name: "tell-builds", setup: tell }];
  const watching = await context({ ...options, plugins, logLevel: "warning" });
  await watching.watch();
  await first;
  return watching;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(options);
