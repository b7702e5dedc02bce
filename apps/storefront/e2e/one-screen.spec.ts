import type { Locator, Page } from "@playwright/test";
import { expectInView, PROJECTOR } from "./support/in-view.ts";
import { expect, test } from "./support/test.ts";

const fontSizeOf = (locator: Locator) =>
  locator.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));

const question = (page: Page) => page.getByRole("heading", { level: 1 });
const drawing = (page: Page) => page.getByRole("img", { name: /^Drawing of the race/ });

test.beforeEach(async ({ page }) => page.setViewportSize(PROJECTOR));

for (const [name, address] of Object.entries({
  "No lock": "/lab?think=500",
  "Row lock": "/lab?strategy=row-lock&think=500",
  "Redlock + row lock": "/lab?strategy=redlock%2Brow-lock&think=500",
})) {
  test(`a race under ${name}: question, button, answer, drawing and what to do next are in view, and nothing jumps`, async ({
    page,
  }) => {
    await page.goto(address);
    const button = page.getByRole("button", { name: /Both click now/ });
    const place = page.getByRole("region", { name: /^What (will happen|happened)/ });
    await expectInView(page, { question: question(page), button, drawing: place });
    const before = { button: await button.boundingBox(), drawing: await place.boundingBox() };
    await button.click();
    const result = page.getByRole("status", { name: `Result: ${name}` });
    await expect(result).toContainText(/Sold/);
    const again = page.getByRole("button", { name: /Race again/ });
    const next = page.getByRole("navigation", { name: "What next" });
    await expectInView(page, { question: question(page), result, again, drawing: drawing(page), next });
    // The answer stands where the button was, and the drawing has not moved.
    expect(await result.boundingBox()).toEqual(before.button);
    expect((await place.boundingBox())?.y).toBe(before.drawing?.y);
    expect(await fontSizeOf(result.getByText(/^. Sold/))).toBeGreaterThanOrEqual(48);
    expect(await fontSizeOf(result.getByText(/buyers? /i))).toBeGreaterThanOrEqual(18);
    // Exactly: if B was first, the drawing also says "release lets buyer A in".
    const lane = drawing(page).getByText("Buyer A", { exact: true });
    expect(await fontSizeOf(lane)).toBeGreaterThanOrEqual(18);
    await page.getByRole("button", { name: /Why\?/ }).click();
    await expectInView(page, { result, drawing: drawing(page), why: page.getByRole("region", { name: "Why" }) });
  });
}

test("side by side: both answers, the button and both drawings are in view", async ({ page }) => {
  await page.goto("/lab?mode=compare&against=row-lock&think=500");
  await page.getByRole("button", { name: /Both click now/ }).click();
  const left = page.getByRole("status", { name: "Result: No lock" });
  const right = page.getByRole("status", { name: "Result: Row lock" });
  await expect(left).toContainText("Sold twice.");
  await expect(right).toContainText("Sold once.");
  const again = page.getByRole("button", { name: /Race again/ });
  await expect(drawing(page)).toHaveCount(2);
  await expectInView(page, { question: question(page), left, right, again });
  await expectInView(page, { "left drawing": drawing(page).first(), "right drawing": drawing(page).last() });
  expect(await fontSizeOf(left.getByText("✗ Sold twice."))).toBeGreaterThanOrEqual(48);
});

test("50 buyers for 5 units: the answer and the band are in view", async ({ page }) => {
  await page.goto("/lab?strategy=row-lock&stock=5&shoppers=50&think=0");
  await page.getByRole("button", { name: /All 50 click now/ }).click();
  const result = page.getByRole("status", { name: "Result: Row lock" });
  await expect(result).toContainText("All 5 sold, each once.", { timeout: 45_000 });
  await expectInView(page, { question: question(page), result, drawing: drawing(page) });
});

test("the list of replays is in view, and a replay's last step with its outcome", async ({ page }) => {
  await page.goto("/lab/replays");
  await expect(page.getByRole("listitem")).toHaveCount(12);
  await expectInView(page, { question: question(page), list: page.getByRole("list").last() });
  for (const replay of ["two-readers/unlocked", "paused-holder/redlock"]) {
    await page.goto(`/lab/replays/${replay}?step=99`);
    const outcome = page.getByRole("status", { name: "Outcome" });
    await expect(outcome).toContainText("Sold twice.", { timeout: 30_000 });
    await expectInView(page, {
      question: question(page),
      button: page.getByRole("button", { name: "From the beginning" }),
      step: page.getByRole("status", { name: "What happens" }),
      drawing: page.getByRole("region", { name: "Timeline" }),
      outcome,
    });
  }
});

test("every strategy is on one screen", async ({ page }) => {
  await page.goto("/lab/strategies");
  await expect(page.getByRole("columnheader", { name: "two readers" })).toBeVisible();
  await expectInView(page, { question: question(page), table: page.getByRole("table", { name: "Strategies" }) });
});

test("load: the question, the button, then the answer and the chart are in view", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto("/lab/throughput?crowds=1,2");
  const chart = page.getByRole("img", { name: /^Chart of units sold/ });
  const start = page.getByRole("button", { name: /^Start the load/ });
  await expectInView(page, { question: question(page), start, chart });
  await start.click();
  const again = page.getByRole("button", { name: /^Start again/ });
  await expect(again).toBeVisible({ timeout: 90_000 });
  await expectInView(page, {
    question: question(page),
    again,
    chart,
    result: page.getByRole("status", { name: "Result" }),
  });
});

test("Redlock packages: the table and what was observed in a cell are in view, and neither covers the other", async ({
  page,
}) => {
  await page.goto("/lab/redlock-packages");
  const table = page.getByRole("region", { name: "The table" });
  await page
    .getByRole("button", { name: /^fail: / })
    .first()
    .focus();
  const told = page.getByText(/^✗ fail/).first();
  await expectInView(page, { question: question(page), table, told });
  const [above, below] = [await told.boundingBox(), await table.boundingBox()];
  expect(Number(above?.y) + Number(above?.height)).toBeLessThanOrEqual(Number(below?.y));
});

test("on a phone: sentence, button, answer, drawing, settings, in this order", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/lab?think=500");
  const button = page.getByRole("button", { name: /Both click now/ });
  await expectInView(page, { question: question(page), button });
  await button.click();
  const result = page.getByRole("status", { name: "Result: No lock" });
  await expect(result).toContainText("Sold twice.");
  const settings = page.getByRole("button", { name: /between read and write/ });
  const tops = await Promise.all(
    [question(page), result, drawing(page), settings].map(async (each) => Number((await each.boundingBox())?.y)),
  );
  expect(tops).toEqual([...tops].sort((a, b) => a - b));
  await expectInView(page, { question: question(page), result });
});

test("by keys alone: stage, race, why, colours, the next strategy; Esc leaves the stage", async ({ page }) => {
  await page.goto("/lab?think=500");
  const button = page.getByRole("button", { name: /Both click now/ });
  await expect(button).toBeVisible();
  await page.keyboard.press("f");
  await expect(page).toHaveURL(/stage/);
  await expect(page.getByRole("banner")).toBeHidden();
  // The keys of a presenter's remote.
  await page.keyboard.press("PageDown");
  const result = page.getByRole("status", { name: "Result: No lock" });
  await expect(result).toContainText("Sold twice.");
  await expectInView(page, { question: question(page), result, drawing: drawing(page) });
  await page.keyboard.press("PageDown");
  const told = page.getByRole("status", { name: "What happens" });
  await expect(told).toContainText(/^1 \//);
  await page.keyboard.press("PageDown");
  await expect(told).toContainText(/^2 \//);
  await page.keyboard.press("PageUp");
  await expect(told).toContainText(/^1 \//);
  const scheme = () => page.locator("html").getAttribute("data-color-scheme");
  const before = await scheme();
  await page.keyboard.press("d");
  await expect.poll(scheme).not.toBe(before);
  await page.keyboard.press("n");
  await expect(page.getByRole("status", { name: "Result: Row lock" })).toContainText("Sold once.");
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/stage/);
  await expect(page.getByRole("banner")).toBeVisible();
});
