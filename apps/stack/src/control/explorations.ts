import { execFile } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startExplorationStores } from "../exploration.ts";
import { runExplorer } from "../explorer-process.ts";
import { StackError } from "../stack-error.ts";
import type { Surroundings } from "../supervise/service-spec.ts";

const run = promisify(execFile);

/** What can be explored, as `apps/api/src/lab/explore/print-choices.ts` prints it. */
export interface Choices {
  strategies: {
    name: string;
    needs: { redis: boolean; dynamodb: boolean };
    cells: { scenario: string; fault?: string }[];
  }[];
}

/** As text, as `npm run explore` takes them: one strategy in one scenario. */
export interface Wanted {
  strategy: string;
  scenario: string;
  faults?: string;
  replay?: string;
  preemptions?: string;
}

/** Enough for nearly every scenario, and few enough to draw. */
const MOST_ORDERS = "3000";
const CHOICES_WITHIN_MS = 30_000;
const LEAVING_WITHIN_MS = 1_000;

/** Runs `npm run explore`'s program for the lab's page, one exploration at a time. */
export class Explorations {
  readonly #home: string;
  readonly #root: string;
  readonly #report: (line: string) => void;
  #choices: Promise<Choices> | undefined;
  #running: { stop: AbortController; ended: Promise<void> } | undefined;

  /** @param home of the whole system. The stores' folder is that of `npm run explore`, so only one of the two can run. */
  constructor(home: string, root: string, { report }: Pick<Surroundings, "report">) {
    this.#home = join(home, "explore");
    this.#root = root;
    this.#report = report;
  }

  /** Whether one runs. Waits for the end of one that is about to stop. */
  async isRunning(): Promise<boolean> {
    const running = this.#running;
    if (!running) return false;
    const { signal } = running.stop;
    // A page that is reloaded is seen to leave a moment after it has asked again.
    const stopped = signal.aborted || once(signal, "abort");
    await Promise.race([stopped, running.ended, sleep(LEAVING_WITHIN_MS, undefined, { ref: false })]);
    if (signal.aborted) await running.ended;
    return this.#running !== undefined;
  }

  /** Asks a process of its own, because the supervisor loads nothing of the API. */
  choices(): Promise<Choices> {
    this.#choices ??= run(process.execPath, ["--import", "tsx", this.#file("print-choices.ts")], {
      cwd: this.#root,
      timeout: CHOICES_WITHIN_MS,
    }).then(({ stdout }) => JSON.parse(stdout) as Choices);
    this.#choices.catch(() => {
      this.#choices = undefined;
    });
    return this.#choices;
  }

  /**
   * Explores until it is done or stopped. `say` receives each line of JSON, the last one with what was found.
   *
   * @throws StackError if the stores cannot be started.
   */
  async explore(
    wanted: Wanted,
    needs: Choices["strategies"][number]["needs"],
    say: (line: string) => void,
  ): Promise<void> {
    if (this.#running) throw new StackError("Another exploration runs.");
    const stop = new AbortController();
    const exploring = this.#explore(wanted, needs, stop.signal, say);
    const ended = exploring
      .catch(() => undefined)
      .then(() => {
        this.#running = undefined;
      });
    this.#running = { stop, ended };
    await exploring;
  }

  /** Resolves when the exploration has ended and its processes are gone. */
  async stop(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.ended;
  }

  async #explore(
    wanted: Wanted,
    needs: { redis: boolean; dynamodb: boolean },
    signal: AbortSignal,
    say: (line: string) => void,
  ) {
    const stores = await startExplorationStores({ home: this.#home, needs, report: this.#report, signal });
    try {
      const flags = JSON.stringify({ ...wanted, limit: MOST_ORDERS, live: true });
      const args = ["--import", "tsx", this.#file("main.ts"), flags];
      await runExplorer(args, { root: this.#root, stores, signal, onOutput: inLines(say) });
    } finally {
      await stores.stop();
    }
  }

  #file = (name: string) => join(this.#root, "apps/api/src/lab/explore", name);
}

/** Passes on whole lines. */
function inLines(say: (line: string) => void) {
  let rest = "";
  return (part: string) => {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) say(line);
  };
}
