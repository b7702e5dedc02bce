import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, test as base, chromium, expect, type Page } from "@playwright/test";

const launchArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** An expected refusal (sold out, declined, unknown, too many) is an HTTP status that Chromium reports by itself; no page can prevent it. */
const refusal = /Failed to load resource: the server responded with a status of (402|404|409|422|429)/;

interface Fixtures {
  url: string;
  /** Console errors that a test causes on purpose. */
  expectedErrors: RegExp | undefined;
}

/** Every page is watched: a console error, an exception or a request to the outside fails the test. */
export const test = base.extend<Fixtures, { ownBrowser: Browser }>({
  expectedErrors: [undefined, { option: true }],
  ownBrowser: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern.
    async ({}, use) => {
      const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: launchArguments });
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern.
  url: async ({}, use) => {
    const url = process.env.LAST_UNIT_URL;
    if (!url) throw new Error("LAST_UNIT_URL is not set; the set-up starts the system.");
    await use(url);
  },
  context: async ({ ownBrowser, url, expectedErrors }, use) => {
    const context = await ownBrowser.newContext({ baseURL: url, reducedMotion: "reduce" });
    const faults: string[] = [];
    context.on("page", (page) => {
      page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() !== "error" || refusal.test(message.text()) || expectedErrors?.test(message.text())) return;
        faults.push(`${page.url()}: ${message.text()}`);
      });
      page.on("request", (request) => {
        if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== new URL(url).origin)
          faults.push(`${page.url()} asked the outside for ${request.url()}`);
      });
    });
    const token = process.env.LAST_UNIT_LAB_TOKEN;
    if (token) {
      await context.addInitScript((value) => sessionStorage.setItem("last-unit-lab-token", value), token);
    }
    await use(context);
    await context.close();
    expect(faults, "console errors, exceptions and outside requests").toEqual([]);
  },
  page: async ({ context }, use) => use(await context.newPage()),
});

export { expect };

/** A page's address with the token that starts processes, as `npm start` prints it. */
export const withStackToken = (path: string): string => `${path}#token=${process.env.LAST_UNIT_STACK_TOKEN}`;

export async function expectNoViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual(
    [],
  );
}

export async function expectNoOverflow(page: Page): Promise<void> {
  const excess = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  // Some drawings follow the window's width a frame later.
  await expect.poll(excess, `${page.url()} is wider than the window`).toBeLessThanOrEqual(0);
}

/** A race's product with its own stock, so that no other test buys of it. It is bought alone. */
export async function freshProduct(context: BrowserContext, stock: number): Promise<string> {
  const token = process.env.LAST_UNIT_LAB_TOKEN;
  const created = await context.request.post("/api/lab/runs", {
    data: { strategy: "redlock+row-lock", stock, thinkTimeMs: 0 },
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  expect(created.ok(), await created.text()).toBe(true);
  return ((await created.json()) as { sku: string }).sku;
}

export async function addToCart(page: Page, sku: string): Promise<void> {
  await page.goto(`/products/${sku}`);
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(page.getByRole("link", { name: "Go to the cart" })).toBeVisible();
}

/** Puts a product into the cart and places the order; ends on the order's page. */
export async function reserve(page: Page, sku: string): Promise<void> {
  await page.goto(`/products/${sku}`);
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("link", { name: "Go to the cart" }).click();
  await page.getByRole("link", { name: "Go to checkout" }).click();
  await page.getByRole("button", { name: "Place the order" }).click();
  await expect(page).toHaveURL(/\/orders\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { name: "Reserved for you." })).toBeVisible();
}
