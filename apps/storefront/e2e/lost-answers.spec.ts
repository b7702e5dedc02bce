import type { BrowserContext, Page } from "@playwright/test";
import { addToCart, expect, freshProduct, test } from "./support/test.ts";

// A request that is broken off on purpose is a console error.
test.use({ expectedErrors: /net::ERR_FAILED/ });

const place = (page: Page) => page.getByRole("button", { name: "Place the order" });
const emptyCart = (page: Page) => page.getByRole("link", { name: "Cart", exact: true });

/** The next checkout reaches the shop; its answer does not reach the browser. */
const loseNextAnswer = (page: Page) =>
  page.route(
    "**/api/checkout",
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );

async function loseAnAnswer(page: Page): Promise<void> {
  await page.goto("/checkout");
  await loseNextAnswer(page);
  await place(page).click();
  await expect(page.getByRole("alert")).toBeVisible();
}

function barrier() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** Holds the answers to checkouts back until `release`; `arrived` resolves when the shop has given the first one. */
async function holdAnswers(page: Page) {
  const [arrival, answer] = [barrier(), barrier()];
  await page.route("**/api/checkout", async (route) => {
    const response = await route.fetch();
    arrival.open();
    await answer.opened;
    await route.fulfill({ response });
  });
  return { arrived: arrival.opened, release: answer.open };
}

interface PlacedOrder {
  id: string;
  status: string;
  lines: { sku: string; quantity: number }[];
}

async function ordersOf(context: BrowserContext, sku: string): Promise<PlacedOrder[]> {
  const orders = (await (await context.request.get("/api/orders")).json()) as PlacedOrder[];
  return orders.filter(({ lines }) => lines.some((line) => line.sku === sku));
}

test("answer lost, tab closed, new tab: the next click finds the one order", async ({ context, page }) => {
  const sku = await freshProduct(context, 5);
  await addToCart(page, sku);
  await loseAnAnswer(page);
  await page.close();
  const next = await context.newPage();
  await next.goto("/checkout");
  await place(next).click();
  await expect(next.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
  await expect(emptyCart(next)).toBeVisible();
  expect(await ordersOf(context, sku)).toHaveLength(1);
});

test("answer lost, last unit: the cart does not call sold out what its own order may hold", async ({
  context,
  page,
}) => {
  const sku = await freshProduct(context, 1);
  await addToCart(page, sku);
  await loseAnAnswer(page);
  await page.goto("/cart");
  await expect(page.getByText("€")).not.toHaveCount(0);
  await page.getByRole("link", { name: "Go to checkout" }).click();
  await place(page).click();
  await expect(page.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
});

test("answer lost, one more item added: the first order is found before the changed cart is ordered", async ({
  context,
  page,
}) => {
  const sku = await freshProduct(context, 5);
  await addToCart(page, sku);
  await loseAnAnswer(page);
  await addToCart(page, sku);
  await page.goto("/checkout");
  await page.getByRole("button", { name: /^(Place the order|Repeat the earlier order)$/ }).click();
  await expect(page.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
  const [order, ...others] = await ordersOf(context, sku);
  expect(others).toEqual([]);
  expect(order?.lines).toMatchObject([{ quantity: 1 }]);
  await expect(page.getByRole("link", { name: "Cart (1)" })).toBeVisible();
  await page.goto("/checkout");
  await place(page).click();
  await expect(page.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
  expect(await ordersOf(context, sku)).toHaveLength(2);
});

test("answer lost, the order cancelled meanwhile: the buyer is told, and one more click orders again", async ({
  context,
  page,
}) => {
  const sku = await freshProduct(context, 5);
  await addToCart(page, sku);
  await loseAnAnswer(page);
  const [lost] = await ordersOf(context, sku);
  await context.request.post(`/api/orders/${lost?.id}/cancel`);
  await page.goto("/checkout");
  await place(page).click();
  await expect(page.getByRole("alert")).toContainText("was cancelled");
  expect(await ordersOf(context, sku)).toHaveLength(1);
  await place(page).click();
  await expect(page.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
  expect((await ordersOf(context, sku)).map(({ status }) => status).sort()).toEqual(["cancelled", "reserved"]);
});

test("two tabs of one cart place at the same moment: one order", async ({ context, page }) => {
  const sku = await freshProduct(context, 5);
  await addToCart(page, sku);
  const other = await context.newPage();
  const tabs = [page, other];
  const held = [];
  for (const tab of tabs) {
    await tab.goto("/checkout");
    await expect(place(tab)).toBeEnabled();
    held.push(await holdAnswers(tab));
  }
  await Promise.all(tabs.map((tab) => place(tab).click()));
  await Promise.all(held.map(({ arrived }) => arrived));
  for (const { release } of held) release();
  for (const tab of tabs) {
    await expect(tab.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
    await expect(emptyCart(tab)).toBeVisible();
  }
  expect(await ordersOf(context, sku)).toHaveLength(1);
});

test("a tab copied by window.open during a checkout: the same cart filled again there is a second order", async ({
  context,
  page,
}) => {
  const sku = await freshProduct(context, 5);
  await addToCart(page, sku);
  await page.goto("/checkout");
  const { arrived, release } = await holdAnswers(page);
  await place(page).click();
  await arrived;
  const [copy] = await Promise.all([
    context.waitForEvent("page"),
    page.evaluate((path) => void window.open(path), `/products/${sku}`),
  ]);
  release();
  await expect(page.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
  await expect(emptyCart(copy)).toBeVisible();
  await addToCart(copy, sku);
  await copy.goto("/checkout");
  await place(copy).click();
  await expect(copy.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
  expect(await ordersOf(context, sku)).toHaveLength(2);
});

test("answer lost: the page says that the shop can't be reached, and what the next click does", async ({
  context,
  page,
}) => {
  await addToCart(page, await freshProduct(context, 5));
  await loseAnAnswer(page);
  await expect(page.getByRole("alert")).toContainText("The shop can’t be reached");
  await page.reload();
  await expect(page.getByRole("note")).toContainText("you do not buy twice");
});

test("an item added in another tab during the checkout stays in the cart", async ({ context, page }) => {
  const sku = await freshProduct(context, 5);
  await addToCart(page, sku);
  await page.goto("/checkout");
  const { arrived, release } = await holdAnswers(page);
  await place(page).click();
  await arrived;
  const other = await context.newPage();
  await addToCart(other, "screen-print");
  release();
  await expect(page.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
  for (const tab of [page, other]) await expect(tab.getByRole("link", { name: "Cart (1)" })).toBeVisible();
  await page.goto("/cart");
  await expect(page.getByRole("listitem").filter({ hasText: "Screen print" })).toBeVisible();
});

test("whoever leaves the checkout before its answer is not pulled to the order", async ({ context, page }) => {
  const sku = await freshProduct(context, 5);
  await addToCart(page, sku);
  await page.goto("/checkout");
  const { arrived, release } = await holdAnswers(page);
  await place(page).click();
  await arrived;
  await page.getByRole("link", { name: "Orders" }).click();
  release();
  await expect(emptyCart(page)).toBeVisible();
  await expect(page).toHaveURL(/\/orders$/);
});

test("sold out to the buyer's own order: the page leads to that order", async ({ context, page }) => {
  const sku = await freshProduct(context, 1);
  await addToCart(page, sku);
  // The page goes on seeing one unit in stock, as if its stock were a moment old.
  const before = await (await context.request.get(`/api/products/${sku}`)).text();
  await page.route(`**/api/products/${sku}`, (route) =>
    route.fulfill({ body: before, contentType: "application/json" }),
  );
  await page.goto("/checkout");
  const own = await context.request.post("/api/checkout", { data: { items: [{ sku, quantity: 1 }] } });
  const { id } = (await own.json()) as PlacedOrder;
  await place(page).click();
  await expect(page.getByRole("alert")).toContainText("You hold No. 1 yourself");
  await expect(page.getByRole("alert")).not.toContainText("somebody else");
  await page.getByRole("link", { name: /^Go to your order/ }).click();
  await expect(page).toHaveURL(new RegExp(`/orders/${id}$`));
});
