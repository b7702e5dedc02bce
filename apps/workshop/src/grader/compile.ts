import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { build, type Message, type Plugin } from "esbuild";
import { CannotJudge } from "./cannot-judge.ts";

/** What a solution may import beside files of its own. The database is among the clients that it is given. */
const allowed = new Set(["crypto", "util", "timers", "timers/promises"]);

const onlyAllowedImports: Plugin = {
  name: "only-allowed-imports",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      if (allowed.has(path.replace(/^node:/, ""))) return { path, external: true };
      return {
        errors: [
          {
            text: `"${path}" cannot be imported here: a checkout works with the clients that it is given. For types, write: import type`,
          },
        ],
      };
    });
  },
};

/**
 * Makes one piece of JavaScript from a solution.
 *
 * @throws CannotJudge
 */
export async function compile(file: string): Promise<string> {
  await access(file).catch(() => {
    throw new CannotJudge(
      "NO_FILE",
      `There is no file ${file}.`,
      "npm run workshop puts the start of each exercise into practice/.",
    );
  });
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      absWorkingDir: dirname(file),
      bundle: true,
      write: false,
      format: "cjs",
      platform: "node",
      target: "node20",
      supported: { "dynamic-import": false },
      logLevel: "silent",
      plugins: [onlyAllowedImports],
      // The learner's folder needs no configuration, and must not inherit one.
      tsconfigRaw: {},
    });
    return outputFiles[0]?.text ?? "";
  } catch (error) {
    const { errors } = error as { errors?: Message[] };
    if (!errors) throw error;
    throw new CannotJudge("DOES_NOT_COMPILE", errors.slice(0, 3).map(inWords).join("\n"), "Mend it and save again.");
  }
}

function inWords({ text, location }: Message): string {
  if (!location) return text;
  const { file, line, column, lineText } = location;
  return `${file}:${line}:${column + 1}: ${text}\n    ${lineText.trim()}`;
}
