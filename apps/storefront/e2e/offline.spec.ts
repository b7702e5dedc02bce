import type { Page } from "@playwright/test";
import { addToCart, expect, freshProduct, reserve, test } from "./support/test.ts";

test.use({ expectedErrors: /net::ERR_(INTERNET_DISCONNECTED|FAILED)/ });

/** Clicks with the connection gone, leaves the page, and has the connection back. Returns what was sent after the return. */
async function clickOffline(page: Page, button: string | RegExp): Promise<string[]> {
  await page.context().setOffline(true);
  await page.getByRole("button", { name: button }).click();
  await expect(page.getByRole("alert").filter({ hasText: "The shop can’t be reached" })).toBeVisible();
  await expect(page.getByRole("button", { name: button })).toBeEnabled();
  await page.getByRole("link", { name: "Shop", exact: true }).click();
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(request.url());
  });
  await page.context().setOffline(false);
  await page.evaluate(() => navigator.onLine || new Promise((resolve) => window.addEventListener("online", resolve)));
  // What waited for the connection would have been sent by now.
  await page.evaluate(() => fetch("/api/products"));
  return sent;
}

const statusOf = async (page: Page, orderUrl: string) => {
  const order = await page.context().request.get(`/api/orders/${orderUrl.split("/").at(-1)}`);
  return ((await order.json()) as { status: string }).status;
};

for (const button of [/^Pay €/, "Cancel the order"]) {
  test(`offline, ${button}: the page says so at once, and nothing is sent when the connection returns`, async ({
    page,
  }) => {
    await reserve(page, "screen-print");
    const orderUrl = page.url();
    if (button === "Cancel the order") await page.getByRole("button", { name: "Cancel…" }).click();
    expect(await clickOffline(page, button)).toEqual([]);
    await expect(page).toHaveURL(/\/$/);
    expect(await statusOf(page, orderUrl)).toBe("reserved");
  });
}

test("offline, Place the order: the page says so at once, and nothing is sent when the connection returns", async ({
  context,
  page,
}) => {
  const sku = await freshProduct(context, 1);
  await addToCart(page, sku);
  await page.getByRole("link", { name: "Go to the cart" }).click();
  await page.getByRole("link", { name: "Go to checkout" }).click();
  expect(await clickOffline(page, "Place the order")).toEqual([]);
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByRole("link", { name: "Cart (1)" })).toBeVisible();
  expect(await (await context.request.get(`/api/products/${sku}`)).json()).toMatchObject({ stock: 1 });
});

test("offline, a page that was never fetched says that the shop can't be reached", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Screen print" })).toBeVisible();
  await page.context().setOffline(true);
  await page.getByRole("link", { name: "Orders" }).click();
  await expect(page.getByRole("alert")).toContainText("The shop can’t be reached");
});
