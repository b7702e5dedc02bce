import { expect, test } from "vitest";
import { type LockReport, lockTable, needsAttention } from "./locks-table.ts";

const at = "2026-01-01T12:00:00.000Z";
const quiet: LockReport = { at, isCut: false, locks: [], stores: [{ store: "redis" }] };

test("nobody holds a lock", () => {
  expect(lockTable(quiet)).toBe(`${at}: nobody holds a lock`);
  expect(needsAttention(quiet)).toBe(false);
});

test("a split vote shows each node's owner by a letter, and needs attention", () => {
  const owners = ["A-token", "A-token", "B-token", undefined];
  const report: LockReport = {
    ...quiet,
    locks: [
      {
        store: "redis",
        kind: "lease",
        resource: "lock:stock:lamp",
        states: ["held", "split"],
        holders: [
          { owner: "A-token", leftMs: 900 },
          { owner: "B-token", process: "replica-1.abc", leftMs: 800 },
        ],
        waiting: 0,
        waiters: [],
        nodes: [...owners.map((owner, index) => ({ node: index + 1, owner })), { node: 5, problem: "no answer" }],
      },
    ],
  };
  const [, head, row] = lockTable(report).split("\n");
  expect(head).toMatch(/^STATE +STORE +RESOURCE +HOLDER +TIME +NODES +WAITING$/);
  expect(row).toMatch(
    /^split +redis +lock:stock:lamp +unknown owner A-token, replica-1.abc +900 ms left, 800 ms left +AAB·\?$/,
  );
  expect(needsAttention(report)).toBe(true);
});

test("a waiter is named with the backend that it waits for; a silent store is told", () => {
  const report: LockReport = {
    ...quiet,
    locks: [
      {
        store: "postgresql",
        kind: "row lock",
        resource: "lamp",
        states: ["held", "waited for"],
        holders: [{ owner: "backend 41", process: "replica-2.abc", heldMs: 12 }],
        waiting: 2,
        waiters: [{ backend: 42, waitedMs: 10, waitsFor: [41] }],
      },
    ],
    stores: [{ store: "zookeeper", problem: "No ZooKeeper server was reached." }],
  };
  const text = lockTable(report);
  expect(text).toContain("row lock lamp");
  expect(text).toContain("replica-2.abc backend 41");
  expect(text).toContain("2, longest 10 ms (backend 42 for 41)");
  expect(text).toContain("not complete: zookeeper: No ZooKeeper server was reached.");
  expect(needsAttention(report)).toBe(false);
});
