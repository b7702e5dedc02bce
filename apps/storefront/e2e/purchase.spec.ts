import { expect, reserve, test } from "./support/test.ts";

test("a purchase: from the catalogue to a paid ticket with its number", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Screen print" }).click();
  await expect(page.getByTestId("stock")).toContainText("of 1000 left");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("link", { name: "Cart (1)" }).click();
  await page.getByRole("link", { name: "Go to checkout" }).click();
  await page.getByRole("button", { name: "Place the order" }).click();
  await expect(page.getByRole("article")).toContainText(/yours is\s*No\. \d+/);
  await expect(page.getByRole("timer")).toContainText(/\d+:\d\d/);
  await page.getByRole("button", { name: /^Pay €/ }).click();
  await expect(page.getByRole("heading", { name: "Paid. It is yours." })).toBeVisible();
  await page.getByRole("link", { name: "My orders" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Screen print No." }).first()).toContainText("Paid");
  await expect(page.getByRole("link", { name: "Cart", exact: true })).toBeVisible();
});

test("a declined card keeps the reservation, and another card pays it", async ({ page }) => {
  await reserve(page, "screen-print");
  await page.getByRole("radio", { name: /4000 0000 0000 0002/ }).click();
  await page.getByRole("button", { name: /^Pay €/ }).click();
  await expect(page.getByRole("alert")).toContainText("The bank declined this card");
  await page.getByRole("radio", { name: /4242 4242 4242 4242/ }).click();
  await page.getByRole("button", { name: /^Pay €/ }).click();
  await expect(page.getByRole("heading", { name: "Paid. It is yours." })).toBeVisible();
});

test("a cancelled order gives its number back", async ({ page }) => {
  await reserve(page, "screen-print");
  await page.getByRole("button", { name: "Cancel…" }).click();
  await page.getByRole("button", { name: "Cancel the order" }).click();
  await expect(page.getByRole("heading", { name: "Cancelled." })).toBeVisible();
  await expect(page.getByRole("article")).toContainText("released");
});

test("two buyers in two browsers want one unit: one gets the ticket, the other is correctly told it is sold out", async ({
  context,
  ownBrowser,
  url,
}) => {
  const token = process.env.LAST_UNIT_LAB_TOKEN;
  const created = await context.request.post("/api/lab/runs", {
    data: { strategy: "redlock+row-lock", stock: 1, thinkTimeMs: 50 },
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  const { sku } = (await created.json()) as { sku: string };
  const contexts = await Promise.all([
    ownBrowser.newContext({ baseURL: url }),
    ownBrowser.newContext({ baseURL: url }),
  ]);
  const pages = await Promise.all(contexts.map((each) => each.newPage()));
  for (const page of pages) {
    await page.goto(`/products/${sku}`);
    await page.getByRole("button", { name: "Add to cart" }).click();
    await page.goto("/checkout");
    await expect(page.getByText("Total")).toBeVisible();
    // Whoever clicks last still sees the unit in stock.
    await page.route(`**/api/products/${sku}`, (route) => route.abort());
  }
  await Promise.all(pages.map((page) => page.getByRole("button", { name: "Place the order" }).click()));
  const outcomes = await Promise.all(
    pages.map(async (page) => {
      const ticket = page.getByRole("article").filter({ hasText: "No. 1" });
      const soldOut = page.getByRole("alert").filter({ hasText: "Sold out: somebody else was first" });
      await expect(ticket.or(soldOut)).toBeVisible();
      return (await ticket.isVisible()) ? "ticket" : "sold out";
    }),
  );
  expect(outcomes.sort()).toEqual(["sold out", "ticket"]);
  await Promise.all(contexts.map((each) => each.close()));
});
