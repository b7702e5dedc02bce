import { access, copyFile, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Exercise, startOf } from "../exercises.ts";

/** The editor's settings for the practice folder: as strict as a learner's own project. */
const TSCONFIG = `${JSON.stringify({ extends: "../tsconfig.json", compilerOptions: { noUncheckedIndexedAccess: false }, include: ["."] }, null, 2)}\n`;

/** Where the learner writes: `practice/NN-name/checkout.ts`. */
export class PracticeFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  folderOf({ name }: Exercise): string {
    return join(this.path, name);
  }

  fileOf(exercise: Exercise): string {
    return join(this.folderOf(exercise), "checkout.ts");
  }

  async has(exercise: Exercise): Promise<boolean> {
    return exists(this.fileOf(exercise));
  }

  /** Copies the start of the exercise, unless the learner has a file already. */
  async prepare(exercise: Exercise): Promise<string> {
    const file = this.fileOf(exercise);
    if (await exists(file)) return file;
    await mkdir(this.folderOf(exercise), { recursive: true });
    await copyFile(startOf(exercise), file);
    const tsconfig = join(this.path, "tsconfig.json");
    if (!(await exists(tsconfig))) await writeFile(tsconfig, TSCONFIG);
    return file;
  }

  /** Puts the start back. What the learner wrote is kept beside it, and its name is returned. */
  async reset(exercise: Exercise): Promise<string | undefined> {
    const file = this.fileOf(exercise);
    if (!(await exists(file))) {
      await this.prepare(exercise);
      return undefined;
    }
    let kept = "";
    for (let count = 1; kept === "" || (await exists(kept)); count += 1) kept = `${file.slice(0, -3)}.${count}.old`;
    await rename(file, kept);
    await copyFile(startOf(exercise), file);
    return kept;
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
