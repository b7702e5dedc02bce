import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import pc from "picocolors";
import { type Exercise, filesOf } from "../exercises.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** The README without the hints: they open one after another. */
export async function taskMarkdown({ folder }: Exercise): Promise<string> {
  const readme = await readFile(join(folder, "README.md"), "utf8");
  return readme.replace(/^## Hints[\s\S]*?(?=^## |(?![\s\S]))/m, "");
}

export const explanationMarkdown = ({ folder }: Exercise): Promise<string> =>
  readFile(join(folder, "explanation.md"), "utf8");

export const taskText = async (exercise: Exercise): Promise<string> =>
  inTerminal(await taskMarkdown(exercise), exercise);

export const explanationText = async (exercise: Exercise): Promise<string> =>
  inTerminal(await explanationMarkdown(exercise), exercise);

/** The first of the right solutions, and how many others there are. */
export async function solutionOf(exercise: Exercise): Promise<{ file: string; code: string; others: number }> {
  const [file = "", ...others] = await filesOf(exercise, "solution");
  return { file, code: await readFile(file, "utf8"), others: others.length };
}

export async function solutionText(exercise: Exercise): Promise<string> {
  const { file, code, others } = await solutionOf(exercise);
  return `${pc.bold(file)}\n\n${code}\n${others} other right ones are beside it.`;
}

const WIDEST = 100;

/** Markdown for reading: lines are wrapped, headings bold, and a link is followed by where it leads. */
function inTerminal(markdown: string, { folder }: Exercise): string {
  const width = Math.min(WIDEST, process.stdout.columns || WIDEST);
  let isCode = false;
  const lines = markdown
    .replace(/\[([^[\]]+)\]\(([^)]+)\)/g, (_, text: string, target: string) => `${text} (${placeOf(target, folder)})`)
    .trim()
    .split("\n")
    .flatMap((line) => {
      if (line.startsWith("```")) {
        isCode = !isCode;
        return [];
      }
      if (isCode) return [`    ${line}`];
      const heading = /^#+ (.*)$/.exec(line)?.[1];
      if (heading) return [pc.bold(heading)];
      return wrapped(line.replaceAll("**", ""), width);
    });
  return lines.join("\n");
}

/** A path is shown from the root of the repository, where the learner is. */
const placeOf = (target: string, folder: string) =>
  /^https?:/.test(target) ? target : relative(root, resolve(folder, target));

function wrapped(line: string, width: number): string[] {
  const indent = line.startsWith("- ") ? "  " : "";
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > width) {
      lines.push(current);
      current = indent + word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
