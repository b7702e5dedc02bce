import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

/** The command of a terminal. Resolves to its exit code. */
const checkHistory = async (args: string[]) => {
  const child = spawn(process.execPath, [
    fileURLToPath(new URL("../../checker/bin/last-unit-check.mjs", import.meta.url)),
    ...args,
  ]);
  const [code] = await once(child, "close");
  return code;
};

const result = (page: Page) => page.getByRole("status", { name: "Result" });

async function check(page: Page, text: string, initial = "lamp=1") {
  const file = { name: "history.jsonl", mimeType: "application/x-ndjson", buffer: Buffer.from(text) };
  await page.getByLabel("Choose a history, or drop it here").setInputFiles(file);
  await expect(page.getByText(/File: history.jsonl/)).toBeVisible();
  await page.getByLabel("Initial state").fill(initial);
  await page.getByRole("button", { name: "Check it" }).click();
}

const line = (time: number, process: number, type: string, answer: object = {}) =>
  `${JSON.stringify({ time, process, type, f: "reserve", value: { sku: "lamp", quantity: 1, ...answer } })}\n`;
const sold = { outcome: "reserved", units: [1] };

test("a history is checked without a single request leaving the browser", async ({ page }) => {
  await page.goto("/lab/check");
  await expect(page.getByRole("button", { name: "Sold once" })).toBeVisible();
  // The worker's code is part of the page's loading; from then on nothing is asked of anybody.
  await page.waitForLoadState("networkidle");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.context().setOffline(true);
  await check(page, line(0, 0, "invoke") + line(2, 1, "invoke") + line(5, 0, "ok", sold) + line(9, 1, "ok", sold));
  await expect(result(page)).toContainText("Not linearizable.");
  await expect(page.getByRole("region", { name: "Counterexample" })).toContainText("both sold unit 1");
  await expect(page.getByRole("region", { name: "Counterexample" }).locator("svg rect")).toHaveCount(2);
  expect(asked).toEqual([]);
});

test.describe("a file that is no history is refused with a sentence that names the line", () => {
  const cases: Record<string, [string, RegExp]> = {
    "an empty file": ["", /empty/],
    "a torn last line": [`${line(0, 0, "invoke")}{"time": 3, "proc`, /line 2/],
    "an ok without an invoke": [line(0, 0, "ok", sold), /line 1.*without an "invoke"/],
    "a process with two open calls": [line(0, 0, "invoke") + line(1, 0, "invoke"), /line 2.*one call at a time/],
    "a negative quantity": [line(0, 0, "invoke", { quantity: -1 }), /line 1/],
    "binary noise": ["\u0000\u0001\ufffd\u0002{]", /line 1/],
  };
  for (const [name, [text, sentence]] of Object.entries(cases)) {
    test(name, async ({ page }) => {
      await page.goto("/lab/check");
      await check(page, text);
      await expect(page.getByText(sentence)).toBeVisible();
      await expect(page.getByText(/inearizable\./)).toHaveCount(0);
    });
  }
});

test("the race page shows the counterexample, and its history can be checked again", async ({ page }) => {
  await page.goto("/lab?strategy=unlocked&stock=1&shoppers=2&think=1000");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await page.getByText("The checker’s proof").click();
  await expect(page.getByRole("region", { name: "Counterexample" })).toContainText(/[Bb]uyer [AB] and buyer [AB]/);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the history" }).click();
  const file = await (await downloading).path();
  await page.getByRole("link", { name: "check it" }).click();
  await page.getByLabel("Choose a history, or drop it here").setInputFiles(file);
  // The file states the initial state.
  await expect(page.getByLabel("Initial state")).toHaveValue(/^race-\w+=1$/);
  await expect(result(page)).toContainText("Not linearizable.");
  expect(await checkHistory([file])).toBe(1);
});

test("a file that is chosen while another one is checked gets its own verdict", async ({ page }) => {
  await page.goto("/lab/check");
  // The answers to these reads are refuted only after every sequence of forty writes was tried.
  const writes = Array.from({ length: 40 }, (_, process) => ({
    time: 0,
    process,
    type: "invoke",
    f: "write",
    value: process,
  }));
  const reads = ["invoke", "ok"].map((type) => ({ time: 1, process: 99, type, f: "read", value: -1 }));
  const ends = writes.map((call) => ({ ...call, time: 2, type: "ok" }));
  const setup = { process: "nemesis", type: "info", f: "setup", value: { model: "register" } };
  const slow = [setup, ...writes, ...reads, ...ends].map((event) => JSON.stringify(event)).join("\n");
  const input = page.getByLabel("Choose a history, or drop it here");
  await input.setInputFiles({ name: "slow.jsonl", mimeType: "application/x-ndjson", buffer: Buffer.from(slow) });
  await expect(result(page)).toContainText("Checking");
  const heard: string[] = [];
  await page.exposeFunction("heard", (text: string) => heard.push(text));
  await page.evaluate(() => {
    const banner = document.querySelector('[aria-label="Result"]') as Element;
    const tell = (globalThis as unknown as { heard(text: string): void }).heard;
    new MutationObserver(() => tell(banner.textContent ?? "")).observe(banner, { childList: true, subtree: true });
  });
  await page.getByRole("button", { name: "Sold twice" }).click();
  await expect(result(page)).toContainText("Not linearizable.");
  await page.getByRole("button", { name: "Sold once" }).click();
  await expect(result(page)).toContainText("Linearizable.");
  expect(heard.join()).not.toContain("Unknown.");
});
