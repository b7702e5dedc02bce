import { expect, test } from "vitest";
import { isAtLeast, parseVersion } from "./version.ts";

test.each([
  ["Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0", "7.0.15"],
  ["Valkey server v=8.1.1 sha=00000000:1 malloc=libc bits=64 build=1", "8.1.1"],
  ["Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)", "156.0.8078.79"],
  ["k6 v1.8.1 (go1.26.8, linux/amd64)", "1.8.1"],
  ["postgres (PostgreSQL) 18.4", "18.4"],
  ["no version here", undefined],
])("%s: %s", (output, version) => {
  expect(parseVersion(output)).toBe(version);
});

test("versions are compared number by number", () => {
  expect(isAtLeast("7.0.15", "6.2")).toBe(true);
  expect(isAtLeast("6.2", "6.2")).toBe(true);
  expect(isAtLeast("6.0.16", "6.2")).toBe(false);
  expect(isAtLeast("0.57.0", "1.0")).toBe(false);
  expect(isAtLeast("10.0", "9.9")).toBe(true);
});
