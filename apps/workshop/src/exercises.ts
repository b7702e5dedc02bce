import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Spec } from "./spec.ts";

export interface Exercise {
  /** `03` */
  readonly number: string;
  /** `03-half-a-cart` */
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
  /** The README's heading, without the number. */
  readonly title: string;
}

/** An exercise that does not exist was asked for. The message lists those that do. */
export class NoSuchExercise extends Error {
  override readonly name = "NoSuchExercise";
}

const exercisesFolder = fileURLToPath(new URL("../exercises", import.meta.url));

export async function readExercises(): Promise<Exercise[]> {
  const names = (await readdir(exercisesFolder)).filter((name) => /^\d\d-/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const folder = join(exercisesFolder, name);
      const readme = await readFile(join(folder, "README.md"), "utf8");
      const title = /^# (?:\d+\. )?(.*)$/m.exec(readme)?.[1] ?? name;
      return { number: name.slice(0, 2), name, folder, title };
    }),
  );
}

/** Finds an exercise by `3`, `03` or its name. @throws NoSuchExercise */
export function findExercise(exercises: readonly Exercise[], wanted: string): Exercise {
  const found = exercises.find(({ number, name }) => name === wanted || number === wanted.padStart(2, "0"));
  if (found) return found;
  const all = exercises.map(({ number, title }) => `${number} (${title})`).join(", ");
  throw new NoSuchExercise(`There is no exercise "${wanted.slice(0, 40)}". There are ${all}.`);
}

export async function specOf({ folder }: Exercise): Promise<Spec> {
  const { spec } = (await import(pathToFileURL(join(folder, "spec.ts")).href)) as { spec: Spec };
  return spec;
}

export const startOf = ({ folder }: Exercise): string => join(folder, "start.ts");

/** The files of `solution/` or `wrong/`, sorted by name. */
export async function filesOf({ folder }: Exercise, kind: "solution" | "wrong"): Promise<string[]> {
  const names = (await readdir(join(folder, kind))).filter((name) => name.endsWith(".ts")).sort();
  return names.map((name) => join(folder, kind, name));
}

/** The hints of the README, in the sequence in which they open. */
export async function hintsOf({ folder }: Exercise): Promise<string[]> {
  const readme = await readFile(join(folder, "README.md"), "utf8");
  const details = readme.matchAll(/<details>\s*<summary>.*?<\/summary>\s*([\s\S]*?)<\/details>/g);
  return [...details].map(([, text = ""]) => text.trim());
}
