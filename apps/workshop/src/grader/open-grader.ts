import { join } from "node:path";
import { startExplorationStores } from "@last-unit/stack";
import { bundleBuyer } from "./bundle-buyer.ts";
import { Grader } from "./grade.ts";
import { PracticeDatabase } from "./practice-database.ts";

export interface OpenGrader {
  readonly grader: Grader;
  close(): Promise<void>;
}

/**
 * Starts a PostgreSQL for grading alone.
 *
 * @param home folder of the whole system. `name` is the folder in it, one for each command, because two may run at once.
 * @throws StackError with a message for the user.
 */
export async function openGrader(
  home: string,
  name: "grade" | "workshop",
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<OpenGrader> {
  const stores = await startExplorationStores({ home: join(home, name), report, signal });
  try {
    const program = join(home, name, "buyer.cjs");
    await bundleBuyer(program);
    const database = await PracticeDatabase.open(stores.databaseUrl);
    return {
      grader: new Grader({ database, record: stores.record, program }),
      async close() {
        await database.close();
        await stores.stop();
      },
    };
  } catch (error) {
    await stores.stop();
    throw error;
  }
}
