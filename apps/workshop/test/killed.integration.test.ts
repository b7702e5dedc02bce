import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@last-unit/stack/testing";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

test("the grader is killed in the middle of a grade: nothing that it has started is left", async ({
  onTestFinished,
}) => {
  const home = await mkdtemp(join(tmpdir(), "last-unit-grade-"));
  const env = { ...process.env, LAST_UNIT_HOME: home };
  const grade = spawn(process.execPath, ["scripts/grade.mjs", "--solutions"], { cwd: root, env, stdio: "ignore" });
  onTestFinished(async () => {
    grade.kill("SIGKILL");
    await rm(home, { recursive: true, force: true });
  });
  const record = join(home, "grade", "processes.json");
  const recorded = await eventually(
    async () => {
      const processes = JSON.parse(await readFile(record, "utf8").catch(() => "[]")) as { name: string; pid: number }[];
      return processes.some(({ name }) => name === "buyer-B") && processes;
    },
    "a grade is under way",
    100_000,
  );
  expect(recorded.map(({ name }) => name).sort()).toEqual(["buyer-A", "buyer-B", "postgres"]);
  grade.kill("SIGKILL");
  await eventually(async () => recorded.every(({ pid }) => !isAlive(pid)), "all of them have ended", 60_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
