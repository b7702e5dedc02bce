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

test("explorations of the page: one at a time, stopped when it leaves, and none is left when the supervisor is killed", async () => {
  const home = await mkdtemp(join(tmpdir(), "last-unit-test-"));
  const script = fileURLToPath(new URL("./start-control.ts", import.meta.url));
  const supervisor = spawn(process.execPath, ["--import", "tsx", script, home], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = await once(supervisor.stdout, "data");
    const { url, token } = JSON.parse(String(line)) as { url: string; token: string };
    const explore = (body: object, signal?: AbortSignal) =>
      fetch(`${url}/explore`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
        signal,
      });
    const long = { strategy: "row-lock", scenario: "three-buyers", preemptions: 9 };
    for (const unusable of [
      { ...long, strategy: "no-such" },
      { ...long, scenario: "no-such" },
      { ...long, fault: "no-such" },
      { ...long, schedule: 1 },
      { ...long, preemptions: -1 },
      [],
    ]) {
      const response = await explore(unusable);
      expect([response.status, await response.json()]).toMatchObject([422, { code: "INVALID_REQUEST" }]);
    }

    const leave = new AbortController();
    const first = await explore(long, leave.signal);
    const second = await explore(long);
    expect([second.status, await second.json()]).toMatchObject([409, { code: "EXPLORATION_RUNNING" }]);
    const record = join(home, "explore", "processes.json");
    const recorded = async () => JSON.parse(await readFile(record, "utf8").catch(() => "[]")) as RecordedProcess[];
    const isExploring = async () => (await recorded()).some(({ name }) => name === "explorer") && (await recorded());
    const isGone = async ({ pid, start }: RecordedProcess) => (await processStart(pid)) !== start;
    const before = await eventually(isExploring, "an exploration", 60_000);
    expect(first.status).toBe(200);
    leave.abort();
    await eventually(async () => (await Promise.all(before.map(isGone))).every(Boolean), "the end of all", 30_000);

    void explore(long).catch(() => {});
    const after = await eventually(isExploring, "another exploration", 60_000);
    supervisor.kill("SIGKILL");
    await eventually(async () => (await Promise.all(after.map(isGone))).every(Boolean), "the end of all", 30_000);
  } finally {
    supervisor.kill("SIGKILL");
    await rm(home, { recursive: true, force: true });
  }
});
