import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

/** A first measurement of a build takes about a minute. */
const MEASURED_MS = 150_000;

/** The cell of a strategy, by its column's title. */
async function cell(page: Page, strategy: string, scenario: string) {
  await expect(page.getByRole("columnheader", { name: scenario })).toBeVisible();
  const titles = await page.locator("thead tr").last().getByRole("columnheader").allTextContents();
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: strategy, exact: true }) });
  // The first column is the row's header.
  return row.getByRole("cell").nth(titles.indexOf(scenario) - 1);
}

test("unlocked fails with two readers: the cell leads to what happened, and from there to the replay", async ({
  page,
}) => {
  test.setTimeout(MEASURED_MS + 30_000);
  await page.goto("/lab/strategies");
  const link = (await cell(page, "No lock", "two readers")).getByRole("link");
  await expect(link).toHaveAccessibleName(/^No lock fails: Sold twice\./, { timeout: MEASURED_MS });
  await link.click();
  await expect(page).toHaveURL(/\/lab\/strategies\/unlocked#two-readers$/);
  const measured = page.getByRole("region", { name: "Measured" });
  const found = measured.getByRole("listitem").filter({ hasText: "Two readers of the last unit" });
  await expect(found).toContainText(/fails.*Sold twice\. Orders/);
  await found.getByRole("link", { name: "Watch it step by step" }).click();
  await expect(page).toHaveURL(/\/lab\/replays\/two-readers\/unlocked$/);
});

test("what a strategy costs is no failure: row lock fails nowhere, and its connections stand apart, without a mark", async ({
  page,
}) => {
  test.setTimeout(MEASURED_MS + 30_000);
  await page.goto("/lab/strategies");
  await expect(page.getByText(/^Measured /)).toBeVisible({ timeout: MEASURED_MS });
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Row lock", exact: true }) });
  await expect(row.getByRole("link", { name: /fails/ })).toHaveCount(0);
  await expect(await cell(page, "Row lock", "Connections of waiting buyers")).toHaveText("1 each");
  await page.getByLabel("Show").selectOption("those that fail nowhere");
  await expect(page.getByRole("rowheader", { name: "Row lock", exact: true })).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "No lock", exact: true })).toHaveCount(0);
});

test("a row opens the strategy's page: four texts, its code, and the command that tests it alone", async ({ page }) => {
  await page.goto("/lab/strategies");
  await page
    .getByRole("row", { name: /^Redlock \+ row lock/ })
    .getByText("many buyers of one product")
    .click();
  await expect(page).toHaveURL(/\/lab\/strategies\/redlock%2Brow-lock$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Redlock + row lock");
  for (const term of ["Idea", "Guarantee", "How it fails", "Cost"])
    await expect(page.getByRole("term").filter({ hasText: term })).toBeVisible();
  await expect(page.getByRole("region", { name: "Code of apps/api/src/inventory/writes/row-lock.ts" })).toContainText(
    "FOR UPDATE",
  );
  await expect(page.getByRole("region", { name: "Code of apps/locks/src/redlock/redlock.ts" })).toContainText("export");
  await expect(page.getByText("npm run test:strategy -- redlock+row-lock")).toBeVisible();
});

test("a strategy that is unavailable says why on its page", async ({ page }) => {
  const reason = "No ensemble answers here. Start one first.";
  await page.route("**/api/lab/strategies", async (route) => {
    const response = await route.fetch();
    const strategies = (await response.json()) as { name: string }[];
    const json = strategies.map((each) => (each.name === "zookeeper" ? { ...each, available: false, reason } : each));
    await route.fulfill({ response, json });
  });
  await page.goto("/lab/strategies/zookeeper");
  await expect(page.getByRole("alert")).toContainText(reason);
});

test("Do I need a lock? Three answers end at a strategy", async ({ page }) => {
  await page.goto("/lab/strategies");
  const asked = page.getByRole("region", { name: "Do I need a lock?" });
  const answer = (question: RegExp, name: string) =>
    asked.getByRole("group", { name: question }).getByRole("radio", { name }).check();
  await answer(/a row in PostgreSQL/, "yes");
  await answer(/fits into its WHERE/, "no");
  await answer(/use up the connections/, "no");
  await expect(asked.getByRole("status")).toContainText(/^Row lock\./);
  await answer(/fits into its WHERE/, "yes");
  await expect(asked.getByRole("status")).toContainText(/^Conditional update\./);
});
