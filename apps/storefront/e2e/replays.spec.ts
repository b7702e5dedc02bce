import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

const told = (page: Page) => page.getByRole("status", { name: "What happens" });

/** To the last step, by the key that a presenter's clicker sends. */
async function toTheEnd(page: Page) {
  await expect(page.getByRole("button", { name: "Next step" })).toBeVisible({ timeout: 30_000 });
  const count = Number(((await told(page).textContent()) ?? "").match(/0 \/ (\d+)/)?.[1]);
  for (let step = 1; step <= count; step += 1) {
    await page.keyboard.press("ArrowRight");
    await expect(told(page)).toContainText(`${step} / ${count}`);
  }
}

test("lost update: stepped through by keyboard, both buyers end with No. 1", async ({ page }) => {
  await page.goto("/lab/replays");
  await page.getByRole("link", { name: /Lost update/ }).click();
  await toTheEnd(page);
  const outcome = page.getByRole("status", { name: "Outcome" });
  await expect(outcome).toContainText("Sold twice.");
  await expect(outcome.getByRole("listitem")).toHaveCount(2);
  for (const ticket of await outcome.getByRole("listitem").all()) await expect(ticket).toContainText("No. 1");
});

test("Redlock + fencing: the expired holder's write is rejected, and the page says with which tokens", async ({
  page,
}) => {
  await page.goto("/lab/replays/paused-holder/redlock+fencing");
  await toTheEnd(page);
  await expect(told(page)).toContainText(/its token \d+ is lower than the row's token \d+/);
  await expect(page.getByRole("status", { name: "Outcome" })).toContainText("Sold once.");
  await expect(page.getByRole("cell", { name: /refused: token/ })).toBeVisible();
});

test("a link leads to a step, and back goes back", async ({ page }) => {
  await page.goto("/lab/replays/two-readers/row-lock?step=2");
  await expect(told(page)).toContainText(/^2 \//, { timeout: 30_000 });
  await page.getByRole("button", { name: "Previous step" }).click();
  await expect(page).toHaveURL(/step=1$/);
  await expect(told(page)).toContainText(/^1 \//);
});

test("a scenario that needs a lease is refused in words where there is none", async ({ page }) => {
  await page.goto("/lab/replays/paused-holder/conditional-update");
  await expect(page.getByRole("heading", { name: "This replay cannot be run." })).toBeVisible();
  await expect(page.locator("main")).toContainText(/lease|lock/i);
});
