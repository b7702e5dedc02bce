import type { Page } from "@playwright/test";
import { expect, expectNoOverflow, expectNoViolation, reserve, test, withStackToken } from "./support/test.ts";

const race = async (page: Page, results: number) => {
  await page.getByRole("button", { name: /click now/ }).click();
  await expect(page.getByText(/^\d+ oversold$/)).toHaveCount(results);
};

/** Every page, by its title, and how to get there. */
const pages: Record<string, { title: RegExp; open: (page: Page) => Promise<unknown> }> = {
  catalogue: { title: /numbered editions/, open: (page) => page.goto("/") },
  product: { title: /Reading lamp/, open: (page) => page.goto("/products/reading-lamp") },
  "empty cart": { title: /Cart/, open: (page) => page.goto("/cart") },
  cart: {
    title: /Cart/,
    open: async (page) => {
      await page.goto("/products/wall-clock");
      await page.getByRole("button", { name: "Add to cart" }).click();
      await page.goto("/cart");
    },
  },
  checkout: {
    title: /Checkout/,
    open: async (page) => {
      await page.goto("/products/wall-clock");
      await page.getByRole("button", { name: "Add to cart" }).click();
      await page.goto("/checkout");
    },
  },
  order: { title: /Order/, open: (page) => reserve(page, "screen-print") },
  "unknown order": { title: /Order/, open: (page) => page.goto("/orders/00000000-0000-4000-8000-000000000000") },
  orders: { title: /My orders/, open: (page) => page.goto("/orders") },
  "race before": { title: /Race/, open: (page) => page.goto("/lab") },
  "race after": {
    title: /Race/,
    open: async (page) => {
      await page.goto("/lab?strategy=unlocked&think=50");
      await race(page, 1);
    },
  },
  "races side by side": {
    title: /Race/,
    open: async (page) => {
      await page.goto("/lab?mode=compare");
      await race(page, 2);
    },
  },
  "check a history": {
    title: /Check a history/,
    open: async (page) => {
      await page.goto("/lab/check");
      await page.getByRole("button", { name: "Sold twice" }).click();
      await expect(page.getByRole("region", { name: "Counterexample" })).toBeVisible();
    },
  },
  replays: { title: /Replays/, open: (page) => page.goto("/lab/replays") },
  "a replay": {
    title: /Lost update/,
    open: async (page) => {
      await page.goto("/lab/replays/two-readers/unlocked?step=99");
      await expect(page.getByRole("status", { name: "Outcome" })).toBeVisible({ timeout: 30_000 });
    },
  },
  "explore without the token": { title: /Explore/, open: (page) => page.goto("/lab/explore") },
  "explore before": {
    title: /Explore/,
    open: async (page) => {
      await page.goto(withStackToken("/lab/explore"));
      await expect(page.getByRole("button", { name: "Run every order" })).toBeVisible({ timeout: 60_000 });
    },
  },
  "workshop without the token": { title: /Workshop/, open: (page) => page.goto("/lab/workshop") },
  strategies: {
    title: /Strategies/,
    open: async (page) => {
      await page.goto("/lab/strategies");
      await expect(page.getByRole("rowheader", { name: "No lock" })).toBeVisible();
    },
  },
  "a strategy": {
    title: /Row lock/,
    open: async (page) => {
      await page.goto("/lab/strategies/row-lock");
      await expect(page.getByRole("region", { name: /^Code of/ })).toContainText("FOR UPDATE");
    },
  },
  glossary: { title: /Glossary/, open: (page) => page.goto("/lab/glossary#lease") },
  "why, step by step": {
    title: /Race/,
    open: async (page) => {
      await page.goto("/lab?strategy=redlock%2Brow-lock&think=50");
      await race(page, 1);
      await page.getByRole("button", { name: /Why\?/ }).click();
    },
  },
  "all strategies to choose from": {
    title: /Race/,
    open: async (page) => {
      await page.goto("/lab");
      await page.getByRole("button", { name: /more/ }).click();
      await expect(page.getByRole("dialog", { name: "All strategies" })).toBeVisible();
    },
  },
  "a race's settings": {
    title: /Race/,
    open: async (page) => {
      await page.goto("/lab");
      await page.getByRole("button", { name: /between read and write/ }).click();
      await expect(page.getByRole("dialog", { name: "Settings" })).toBeVisible();
    },
  },
  locks: {
    title: /Locks/,
    open: async (page) => {
      await page.goto("/lab/locks");
      await page.getByRole("button", { name: /Send \d+ buyers/ }).click();
      await expect(page.getByRole("rowheader").first()).toBeVisible();
    },
  },
  "Redlock packages": { title: /Redlock packages/, open: (page) => page.goto("/lab/redlock-packages") },
  throughput: {
    title: /Load/,
    open: async (page) => {
      await page.goto("/lab/throughput");
      await expect(page.getByRole("button", { name: /Start the load/ })).toBeVisible();
    },
  },
  "nothing here": { title: /Nothing here/, open: (page) => page.goto("/no/such/page") },
};

for (const [name, { title, open }] of Object.entries(pages)) {
  test(`${name}: no axe violation, light and dark, and nothing overflows at 390 px`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await open(page);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText(/^Fetching/)).toHaveCount(0);
    await expect(page).toHaveTitle(title);
    await expectNoViolation(page);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveAttribute("data-color-scheme", "dark");
    await expectNoViolation(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoOverflow(page);
  });
}

test("API reference: no axe violation, closed and with an operation open, and nothing overflows at 390 px", async ({
  page,
}) => {
  await page.goto("/api/docs");
  const operation = page.getByRole("button", { name: /\/api\/checkout/ }).first();
  await expect(operation).toBeVisible();
  await expectNoViolation(page);
  await operation.click();
  await expect(page.getByText("Idempotency-Key").first()).toBeVisible();
  await expectNoViolation(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoOverflow(page);
});
