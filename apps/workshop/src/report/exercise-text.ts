import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import pc from "picocolors";
import { type Exercise, filesOf } from "../exercises.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** The README for a terminal, without the hints: they open one after another. */
export async function taskText(exercise: Exercise): Promise<string> {
  const readme = await readFile(join(exercise.folder, "README.md"), "utf8");
  return inTerminal(readme.replace(/^## Hints[\s\S]*?(?=^## |(?![\s\S]))/m, ""), exercise);
}

export async function explanationText(exercise: Exercise): Promise<string> {
  return inTerminal(await readFile(join(exercise.folder, "explanation.md"), "utf8"), exercise);
}

/** The first of the right solutions. */
export async function solutionText(exercise: Exercise): Promise<string> {
  const [first = "", ...others] = await filesOf(exercise, "solution");
  const more = `${others.length} other right ones are beside it.`;
  return `${pc.bold(first)}\n\n${await readFile(first, "utf8")}\n${more}`;
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
