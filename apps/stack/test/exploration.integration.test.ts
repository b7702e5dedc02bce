import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { processStart } from "../src/supervise/process-identity.ts";
import type { RecordedProcess } from "../src/supervise/process-record.ts";
import { eventually } from "../src/testing/system.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

test("npm run explore is killed in the middle of an exploration: its watcher ends every process", async () => {
  const home = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  const flags = ["--strategy", "quorum", "--scenario", "three-buyers", "--preemptions", "5"];
  const command = spawn(process.execPath, ["scripts/explore.mjs", ...flags], {
    cwd: root,
    env: { ...process.env, LAST_UNIT_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  command.stdout.resume();
  let said = "";
  command.stderr.on("data", (part) => {
    said += part;
  });
  try {
    await eventually(async () => /quorum, three-buyers: \d+ orders/.test(said), "the exploration's progress", 120_000);
    const record = join(home, "explore", "processes.json");
    const recorded = JSON.parse(await readFile(record, "utf8")) as RecordedProcess[];
    expect(recorded.map(({ name }) => name).sort()).toEqual([
      "explorer",
      "postgres",
      ...[1, 2, 3, 4, 5].map((number) => `redis-${number}`),
    ]);
    command.kill("SIGKILL");
    const isGone = async ({ pid, start }: RecordedProcess) => (await processStart(pid)) !== start;
    await eventually(async () => (await Promise.all(recorded.map(isGone))).every(Boolean), "the end of all", 30_000);
  } finally {
    command.kill("SIGKILL");
    if (command.exitCode === null && command.signalCode === null) await once(command, "exit");
    await rm(home, { recursive: true, force: true });
  }
});
