import { expect, test } from "vitest";
import { parseProcStat, processStart } from "./process-identity.ts";
import { findOrphans, type RecordedProcess } from "./process-record.ts";

const recorded: RecordedProcess = { name: "redis-1", pid: 4711, start: "boot/100", stopSignal: "SIGTERM" };

test("a living process with the recorded start is an orphan", async () => {
  expect(await findOrphans([recorded], async () => "boot/100")).toEqual([recorded]);
});

test("a process that got the same pid later is left alone", async () => {
  expect(await findOrphans([recorded], async () => "boot/101")).toEqual([]);
});

test("a process that has ended is no orphan", async () => {
  expect(await findOrphans([recorded], async () => undefined)).toEqual([]);
});

test("a process keeps its start, and no process has none", async () => {
  expect(await processStart(process.pid)).toBe(await processStart(process.pid));
  expect(await processStart(process.pid)).toBeTruthy();
  expect(await processStart(2 ** 22 + 1)).toBeUndefined();
});

test("a program's name with spaces and brackets does not shift the fields", () => {
  const stat = `42 (a) b) S ${Array.from({ length: 49 }, (_, index) => index + 4).join(" ")}`;
  expect(parseProcStat(stat)).toEqual({ state: "S", startTicks: "22" });
});
