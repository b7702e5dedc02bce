import { expect, expectNoOverflow, expectNoViolation, test } from "./support/test.ts";

// The failure itself is reported in the console, once by React or the router and once with its id.
test.use({ expectedErrors: /.*/ });

/** A page of the shop, and an answer that makes it throw while it is drawn. */
const broken = [
  { path: "/", answer: "**/api/products", json: {} },
  { path: "/products/screen-print", answer: "**/api/products/screen-print", json: { description: {} } },
  { path: "/orders", answer: "**/api/orders", json: [{}] },
  { path: "/orders/00000000-0000-4000-8000-000000000000", answer: "**/api/orders/*", json: {} },
];

for (const { path, answer, json } of broken) {
  test(`${path} fails while it is drawn: a page of our own, with an id, a retry and the way home`, async ({ page }) => {
    await page.route(answer, (route) => route.fulfill({ json }));
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "This page can’t be shown." })).toBeVisible();
    await expect(page.getByText(/Error id [0-9A-F]{8}/)).toBeVisible();
    await expect(page.getByRole("link", { name: "Back to the shop" })).toBeVisible();
    await page.unroute(answer);
    await page.getByRole("button", { name: "Load the page again" }).click();
    await expect(page.getByRole("heading", { name: "This page can’t be shown." })).toHaveCount(0);
    await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
  });
}

const labPages = [
  "/lab",
  "/lab/check",
  "/lab/replays",
  "/lab/replays/two-readers/unlocked",
  "/lab/strategies",
  "/lab/throughput",
];

for (const path of labPages) {
  test(`${path} whose code does not arrive: a page of our own, and the way home works`, async ({ page }) => {
    await page.goto("/");
    await expect(page.getByRole("link", { name: "Screen print" })).toBeVisible();
    const code = /\/assets\/.*-page-.*\.js/;
    await page.route(code, (route) => route.abort());
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "This page can’t be shown." })).toBeVisible();
    await expect(page.getByText(/Error id [0-9A-F]{8}/)).toBeVisible();
    await expectNoViolation(page);
    await page.getByRole("link", { name: "Back to the shop" }).click();
    await expect(page.getByRole("link", { name: "Screen print" })).toBeVisible();
    await page.goBack();
    await page.unroute(code);
    await page.getByRole("button", { name: "Load the page again" }).click();
    await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("heading", { name: "This page can’t be shown." })).toHaveCount(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoOverflow(page);
  });
}
