import type { Browser } from "@playwright/test";
import { addToCart, expect, freshProduct, test } from "./support/test.ts";

/** Somebody else's order; cancel it with the function that is returned. */
async function buyElsewhere(browser: Browser, url: string, sku: string, quantity: number) {
  const other = await browser.newContext({ baseURL: url });
  const placed = await other.request.post("/api/checkout", { data: { items: [{ sku, quantity }] } });
  expect(placed.status()).toBe(201);
  const { id } = (await placed.json()) as { id: string };
  return async () => {
    await other.request.post(`/api/orders/${id}/cancel`);
    await other.close();
  };
}

test("a quantity above the stock is marked, and checkout waits until it is corrected", async ({
  context,
  ownBrowser,
  page,
  url,
}) => {
  const sku = await freshProduct(context, 5);
  await page.goto(`/products/${sku}`);
  await page.getByRole("textbox", { name: "Quantity" }).fill("4");
  await page.getByRole("button", { name: "Add to cart" }).click();
  const done = await buyElsewhere(ownBrowser, url, sku, 3);
  await page.goto("/cart");
  const line = page.getByRole("listitem").filter({ hasText: "left" });
  await expect(line).toContainText("Only 2 left");
  await expect(page.getByRole("link", { name: "Go to checkout" })).toHaveCount(0);
  await page.goto("/checkout");
  await expect(page.getByRole("button", { name: "Place the order" })).toHaveCount(0);
  await page.getByRole("button", { name: "Reduce to what is left" }).click();
  await expect(page.getByRole("button", { name: "Place the order" })).toBeEnabled();
  await page.goto("/cart");
  await expect(page.getByRole("textbox", { name: /^Quantity of/ })).toHaveValue("2");
  await page.getByRole("link", { name: "Go to checkout" }).click();
  await expect(page).toHaveURL(/\/checkout$/);
  await done();
});

test("a line that sold out is marked, left out of the total and removed by one click", async ({
  ownBrowser,
  page,
  url,
}) => {
  await addToCart(page, "field-camera");
  await addToCart(page, "screen-print");
  const done = await buyElsewhere(ownBrowser, url, "field-camera", 1);
  try {
    await page.goto("/cart");
    await expect(page.getByRole("listitem").filter({ hasText: "Field camera" })).toContainText("Sold out");
    const screenPrint = page.getByRole("listitem").filter({ hasText: "Screen print" });
    const priceOfOne = /€[\d,.]+/.exec((await screenPrint.textContent()) ?? "")?.[0] ?? "no price";
    await expect(page.getByRole("paragraph").filter({ hasText: "Total" })).toContainText(priceOfOne);
    await expect(page.getByRole("link", { name: "Go to checkout" })).toHaveCount(0);
    await page.getByRole("button", { name: "Remove what is sold out" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: "Field camera" })).toHaveCount(0);
    await expect(page.getByRole("link", { name: "Go to checkout" })).toBeVisible();
  } finally {
    await done();
  }
});

test("an edition of one goes into the cart once", async ({ context, page }) => {
  const sku = await freshProduct(context, 1);
  await addToCart(page, sku);
  await expect(page.getByRole("button", { name: "Add to cart" })).toBeDisabled();
  await expect(page.getByRole("status")).toContainText("The last one is in your cart");
  await expect(page.getByRole("link", { name: "Cart (1)" })).toBeVisible();
});

test("the quantity field takes what is typed: deleting the 2 and typing 3 gives 3", async ({ context, page }) => {
  const sku = await freshProduct(context, 5);
  await page.goto(`/products/${sku}`);
  const quantity = page.getByRole("textbox", { name: "Quantity" });
  await quantity.press("End");
  await quantity.press("Backspace");
  await quantity.press("2");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.goto("/cart");
  const field = page.getByRole("textbox", { name: /^Quantity of/ });
  await expect(field).toHaveValue("2");
  await field.press("End");
  await field.press("Backspace");
  await field.press("3");
  await field.press("Enter");
  await expect(field).toHaveValue("3");
  await expect(page.getByRole("link", { name: "Cart (3)" })).toBeVisible();
  await field.fill("99999999999999999999");
  await field.blur();
  await expect(field).toHaveValue("5");
  await expect(page.getByRole("listitem").filter({ hasText: "left" })).toContainText("Only 5 left");
  await field.fill("");
  await field.blur();
  await expect(field).toHaveValue("5");
  await page.getByRole("button", { name: /^One fewer/ }).click();
  await expect(field).toHaveValue("4");
});

test("storage cleared in another tab: the old cart is gone here too", async ({ context, page }) => {
  await addToCart(page, "screen-print");
  await page.goto("/checkout");
  await expect(page.getByRole("button", { name: "Place the order" })).toBeEnabled();
  const other = await context.newPage();
  await other.goto("/");
  await other.evaluate(() => localStorage.clear());
  await expect(page.getByRole("heading", { name: "There is nothing to check out." })).toBeVisible();
});
