import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

/** A first measurement of a build takes about a minute. */
const MEASURED_MS = 150_000;

/** The cell of a strategy, by its column's title. */
async function cell(page: Page, strategy: string, scenario: string) {
  await expect(page.getByRole("columnheader", { name: scenario })).toBeVisible();
  const columns = await page.getByRole("columnheader").allTextContents();
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: strategy, exact: true }) });
  return row.getByRole("cell").nth(columns.indexOf(scenario));
}

test("unlocked loses to two readers: the cell says why, and leads to the replay", async ({ page }) => {
  test.setTimeout(MEASURED_MS + 30_000);
  await page.goto("/lab/strategies");
  const loss = await cell(page, "No lock", "Two readers of the last unit");
  await expect(loss).toContainText("loses", { timeout: MEASURED_MS });
  const link = loss.getByRole("link", { name: /^loses: Sold twice\./ });
  await expect(link).toHaveAttribute("href", "/lab/replays/two-readers/unlocked");
  await link.focus();
  await expect(page.getByRole("region", { name: "The matrix" })).toContainText(/No lock loses.*Sold twice\. Orders/);
  await link.click();
  await expect(page).toHaveURL(/\/lab\/replays\/two-readers\/unlocked$/);
});

test("a finger's first tap tells what happened, the second one follows", async ({ ownBrowser, page, url }) => {
  await page.goto("/lab/strategies");
  const token = await page.evaluate(() => sessionStorage.getItem("last-unit-lab-token"));
  const context = await ownBrowser.newContext({ baseURL: url, hasTouch: true, viewport: { width: 390, height: 844 } });
  await context.addInitScript((value) => value && sessionStorage.setItem("last-unit-lab-token", value), token);
  const phone = await context.newPage();
  await phone.goto("/lab/strategies");
  const link = (await cell(phone, "No lock", "Two readers of the last unit")).getByRole("link");
  await link.tap();
  await expect(phone.getByRole("link", { name: "Watch it step by step" })).toBeVisible();
  await expect(phone).toHaveURL(/\/lab\/strategies$/);
  await link.tap();
  await expect(phone).toHaveURL(/\/lab\/replays\/two-readers\/unlocked$/);
  await context.close();
});

test("a row's name leads to the strategy's four texts", async ({ page }) => {
  await page.goto("/lab/strategies");
  await page.getByRole("rowheader").getByRole("link", { name: "Redlock + row lock" }).click();
  await expect(page).toHaveURL(/\/lab\/strategies#redlock\+row-lock$/);
  const article = page.getByRole("article", { name: "Redlock + row lock", exact: true });
  await expect(article).toBeInViewport();
  await expect(article).toContainText(/guard\s*redlock\s*write\s*row-lock/);
  for (const term of ["Idea", "Guarantee", "How it fails", "Cost"]) await expect(article).toContainText(term);
});

test("a strategy that is unavailable says why, among its four texts", async ({ page }) => {
  const reason = "No ensemble answers here. Start one first.";
  await page.route("**/api/lab/strategies", async (route) => {
    const response = await route.fetch();
    const strategies = (await response.json()) as { name: string }[];
    const json = strategies.map((each) => (each.name === "zookeeper" ? { ...each, available: false, reason } : each));
    await route.fulfill({ response, json });
  });
  await page.goto("/lab/strategies");
  const article = page.getByRole("article", { name: "ZooKeeper", exact: true });
  await expect(article).toContainText(`unavailable${reason}`);
});
