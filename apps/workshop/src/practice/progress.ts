import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Exercise } from "../exercises.ts";

interface Stored {
  /** The name of the exercise that was worked on last. */
  current?: string;
  passed: string[];
  /** How many hints were opened, by the exercise's name. */
  hints: Record<string, number>;
}

/** What a learner has done, in one file: `practice/progress.json`. */
export class Progress {
  readonly #path: string;
  readonly #stored: Stored;

  private constructor(path: string, stored: Stored) {
    this.#path = path;
    this.#stored = stored;
  }

  /** An unreadable file counts as none. */
  static async read(practice: string): Promise<Progress> {
    const path = join(practice, "progress.json");
    try {
      const { current, passed, hints } = JSON.parse(await readFile(path, "utf8")) as Partial<Stored>;
      return new Progress(path, { current, passed: [...(passed ?? [])], hints: { ...hints } });
    } catch {
      return new Progress(path, { passed: [], hints: {} });
    }
  }

  /** Where to go on: the exercise of last time, or the first one that has not been passed. */
  currentOf(exercises: readonly Exercise[]): Exercise {
    const open = exercises.find((exercise) => !this.hasPassed(exercise));
    const current = exercises.find(({ name }) => name === this.#stored.current);
    const found = current && !this.hasPassed(current) ? current : (open ?? current ?? exercises[0]);
    if (!found) throw new Error("There are no exercises.");
    return found;
  }

  hasPassed({ name }: Exercise): boolean {
    return this.#stored.passed.includes(name);
  }

  hintsOpened({ name }: Exercise): number {
    return this.#stored.hints[name] ?? 0;
  }

  async workOn({ name }: Exercise): Promise<void> {
    this.#stored.current = name;
    await this.#save();
  }

  async pass(exercise: Exercise): Promise<void> {
    if (this.hasPassed(exercise)) return;
    this.#stored.passed.push(exercise.name);
    await this.#save();
  }

  async openHint({ name }: Exercise, count: number): Promise<void> {
    this.#stored.hints[name] = count;
    await this.#save();
  }

  async #save(): Promise<void> {
    await mkdir(join(this.#path, ".."), { recursive: true });
    await writeFile(`${this.#path}.tmp`, `${JSON.stringify(this.#stored, null, 2)}\n`);
    await rename(`${this.#path}.tmp`, this.#path);
  }
}
