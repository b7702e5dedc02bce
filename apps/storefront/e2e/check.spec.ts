import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

const judgement = (page: Page) => page.getByRole("status", { name: "Judgement" });

async function judge(page: Page, text: string, initial = "lamp=1") {
  const file = { name: "history.jsonl", mimeType: "application/x-ndjson", buffer: Buffer.from(text) };
  await page.getByLabel("Choose a history, or drop it here").setInputFiles(file);
  await expect(page.getByText(/Now: history.jsonl/)).toBeVisible();
  await page.getByLabel("What was there at first").fill(initial);
  await page.getByRole("button", { name: "Judge it" }).click();
}

const line = (time: number, process: number, type: string, answer: object = {}) =>
  `${JSON.stringify({ time, process, type, f: "reserve", value: { sku: "lamp", quantity: 1, ...answer } })}\n`;
const sold = { outcome: "reserved", units: [1] };

test("a history is judged without a single request leaving the browser", async ({ page }) => {
  await page.goto("/lab/check");
  await expect(page.getByRole("button", { name: "Sold once" })).toBeVisible();
  // The worker's code is part of the page's loading; from then on nothing is asked of anybody.
  await page.waitForLoadState("networkidle");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.context().setOffline(true);
  await judge(page, line(0, 0, "invoke") + line(2, 1, "invoke") + line(5, 0, "ok", sold) + line(9, 1, "ok", sold));
  await expect(judgement(page)).toContainText("Not explained.");
  await expect(page.getByRole("region", { name: "Counterexample" })).toContainText("both sold unit 1");
  await expect(page.getByRole("region", { name: "Counterexample" }).locator("svg rect")).toHaveCount(2);
  expect(asked).toEqual([]);
});

test.describe("what is no history is told in a sentence, with its line", () => {
  const cases: Record<string, [string, RegExp]> = {
    "an empty file": ["", /empty/],
    "a torn last line": [`${line(0, 0, "invoke")}{"time": 3, "proc`, /line 2/],
    "an ok without an invoke": [line(0, 0, "ok", sold), /line 1.*without an "invoke"/],
    "a process with two open calls": [line(0, 0, "invoke") + line(1, 0, "invoke"), /line 2.*one call at a time/],
    "times that run backwards": [line(5, 0, "invoke") + line(1, 0, "ok", sold), /line 2.*backwards/],
    "a negative quantity": [line(0, 0, "invoke", { quantity: -1 }), /line 1/],
    "binary noise": ["\u0000\u0001\ufffd\u0002{]", /line 1/],
  };
  for (const [name, [text, sentence]] of Object.entries(cases)) {
    test(name, async ({ page }) => {
      await page.goto("/lab/check");
      await judge(page, text);
      await expect(page.getByText(sentence)).toBeVisible();
      await expect(page.getByText(/xplained\./)).toHaveCount(0);
    });
  }
});

test("the race page shows what nothing explains, and its history can be checked again", async ({ page }) => {
  await page.goto("/lab?strategy=unlocked&stock=1&shoppers=2&think=300");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByRole("region", { name: "Counterexample" })).toContainText(/[Ss]hopper [AB] and shopper [AB]/);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the history" }).click();
  const file = await (await downloading).path();
  await page.getByRole("link", { name: "check it" }).click();
  await page.getByLabel("Choose a history, or drop it here").setInputFiles(file);
  await expect(page.getByLabel("What was there at first")).toHaveValue(/^race-\w+=1$/);
  await page.getByRole("button", { name: "Judge it" }).click();
  await expect(judgement(page)).toContainText("Not explained.");
});
