import { expect, reserve, test } from "./support/test.ts";

const labPages = ["/lab", "/lab/replays", "/lab/replays/two-readers/unlocked", "/lab/strategies", "/lab/throughput"];
const sentence = /Your cart lasts until this page is reloaded or closed/;

test("storage full: a purchase goes through, and one sentence says what is not kept", async ({ page }) => {
  await page.goto("/");
  await page.evaluate(() => {
    for (const key of ["localStorage", "sessionStorage"] as const) {
      for (let size = 2 ** 22, index = 0; size >= 1; size = Math.floor(size / 2)) {
        try {
          for (; ; index++) window[key].setItem(`filler-${index}`, "x".repeat(size));
        } catch {
          // Full for this size: try half of it.
        }
      }
    }
  });
  await reserve(page, "screen-print");
  await expect(page.getByRole("link", { name: "Cart", exact: true })).toBeVisible();
});

test.describe("storage blocked", () => {
  test.beforeEach(async ({ context }) => {
    await context.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException("The operation is insecure.", "SecurityError");
          },
        });
      }
    });
  });

  test("a purchase goes through, and one sentence says what is not kept", async ({ page }) => {
    await page.goto("/");
    await page.getByRole("link", { name: "Screen print" }).click();
    await page.getByRole("button", { name: "Add to cart" }).click();
    await expect(page.getByText(sentence)).toHaveCount(1);
    await page.getByRole("link", { name: "Cart (1)" }).click();
    await page.getByRole("link", { name: "Go to checkout" }).click();
    await page.getByRole("button", { name: "Place the order" }).click();
    await expect(page.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
    await expect(page.getByRole("link", { name: "Cart", exact: true })).toBeVisible();
  });

  for (const path of labPages) {
    test(`${path} opens`, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByRole("navigation", { name: "Pages" })).toBeVisible();
      await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByText(/Unexpected Application Error|can’t be shown/)).toHaveCount(0);
    });
  }
});
