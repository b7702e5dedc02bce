import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { system } from "@last-unit/stack/testing";
import { bundleBuyer } from "../src/grader/bundle-buyer.ts";
import { Grader } from "../src/grader/grade.ts";
import { PracticeDatabase } from "../src/grader/practice-database.ts";

export interface TestBench {
  readonly grader: Grader;
  /** Processes that were started and have not ended, and sessions of buyers. */
  leftovers(): Promise<string[]>;
  close(): Promise<void>;
}

/** A grader on the PostgreSQL of the tests' system. */
export async function openTestBench(): Promise<TestBench> {
  const database = await PracticeDatabase.open(system.postgres.url);
  const scratch = await mkdtemp(join(tmpdir(), "last-unit-workshop-"));
  const program = join(scratch, "buyer.cjs");
  await bundleBuyer(program);
  const running = new Map<number, string>();
  const record = {
    add: async ({ name, pid }: { name: string; pid: number }) => void running.set(pid, name),
    remove: async (pid: number) => void running.delete(pid),
  };
  return {
    grader: new Grader({ database, record, program }),
    async leftovers() {
      const { rows } = await database.observer.query<{ name: string }>(
        "SELECT 'a session, ' || state AS name FROM pg_stat_activity WHERE usename = 'buyer'",
      );
      return [...running.values(), ...rows.map(({ name }) => name)];
    },
    async close() {
      await database.observer.query("DROP SCHEMA practice CASCADE; DROP OWNED BY buyer; DROP ROLE buyer");
      await database.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
