import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ensureProgram } from "@last-unit/stack";
import { isExhaustive, system } from "@last-unit/stack/testing";
import { expect, test } from "vitest";

const { path: k6 } = await ensureProgram("k6", console.log);
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** @returns the exit code, and what was printed. */
async function run(script: string, settings: Record<string, string> = {}) {
  const env = { ...process.env, BASE_URL: system.url, K6_NO_USAGE_REPORT: "true", ...settings };
  const args = ["run", "--no-color", "--quiet", "--address", "127.0.0.1:0", at(script)];
  return promisify(execFile)(k6, args, { env, timeout: 100_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
  );
}

test("plain k6 against a locked checkout: exit code 0, and sold out counts as no failed request", async () => {
  const { code, said } = await run("checkout.ts", { STRATEGY: "row-lock", STOCK: "20", BUYERS: "50" });
  expect(said).toContain("20 units sold of 20, 0 oversold, 0 left; passed: true");
  expect(said).toMatch(/http_req_failed\.*: 0\.00%/);
  expect(code).toBe(0);
}, 120_000);

test("plain k6 without a lock: units are oversold, and the exit code is that of a crossed threshold", async () => {
  const { code, said } = await run("checkout.ts", { STRATEGY: "unlocked", THINK_MS: "20", STOCK: "20", BUYERS: "50" });
  expect(said).toMatch(/\d+ units sold of 20, [1-9]\d* oversold, .*passed: false/);
  expect(code).toBe(99);
}, 120_000);

test("an arrival rate, an unknown shape, and a shop that is not there", async () => {
  expect(await run("checkout.ts", { SHAPE: "rate", DURATION: "1s", RATE: "10" })).toMatchObject({ code: 0 });
  const unknown = await run("checkout.ts", { SHAPE: "square" });
  expect(unknown).toMatchObject({
    code: 107,
    said: expect.stringContaining("none of buyers, rate, ramp, spike, soak"),
  });
  const nobody = await run("checkout.ts", { BASE_URL: "http://127.0.0.1:1" });
  expect(nobody).toMatchObject({ code: 108, said: expect.stringContaining("does the shop run?") });
}, 120_000);

const lessons = (await readdir(at("learn"))).filter((name) => /^\d/.test(name)).sort();
test.each(isExhaustive ? lessons : lessons.slice(0, 2))(
  "%s: every check and threshold passes",
  async (name) => {
    const { code, said } = await run(`learn/${name}`);
    expect(said).not.toMatch(/level=(warning|error)/);
    expect(code).toBe(0);
  },
  120_000,
);
