import type { BrowserContext, Page, Request } from "@playwright/test";
import { expect, test } from "./support/test.ts";

/** A browser opens six connections to one origin for all of its tabs; a stream keeps one for as long as it is open. */
const CONNECTIONS = 6;
const noLock = "/lab?strategy=unlocked&stock=1&shoppers=2&think=1000";

/** Counts the requests of all tabs, from the browser's own events. */
function watch(context: BrowserContext) {
  const openStreams = new Set<unknown>();
  const streams: string[] = [];
  const runs: string[] = [];
  context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (/\/runs\/[^/]+\/events$/.test(pathname)) {
      openStreams.add(request);
      streams.push(pathname);
    }
    if (request.method() === "POST" && pathname.endsWith("/lab/runs")) runs.push(pathname);
  });
  const closed = (request: unknown) => void openStreams.delete(request);
  context.on("requestfinished", closed);
  context.on("requestfailed", closed);
  return { runs, streams, open: () => openStreams.size };
}

const race = (page: Page) => page.getByRole("button", { name: /Both click now/ });
const result = (page: Page) => page.getByRole("status", { name: "Result: No lock" });
const card = (page: Page, buyer: string) => page.getByRole("region", { name: `Buyer ${buyer}` });

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Keeps requests waiting, as a slow server does. Resolves `reached` with the first of them. */
async function holdBack(page: Page, url: string) {
  const gate = deferred();
  const reached = deferred();
  await page.route(url, async (route) => {
    reached.resolve();
    await gate.promise;
    await route.continue().catch(() => {});
  });
  return { reached: reached.promise, letGo: gate.resolve };
}

test("a double click starts one race, whose panes and verdict are of one run, and leaves no stream open", async ({
  page,
  context,
}) => {
  const seen = watch(context);
  await page.goto(noLock);
  // Both clicks come before the run is there.
  const making = await holdBack(page, "**/api/lab/runs");
  await race(page).dblclick();
  await making.reached;
  making.letGo();
  await expect(result(page)).toContainText("Sold twice.");
  expect(seen.runs).toHaveLength(1);
  for (const buyer of ["A", "B"]) await expect(card(page, buyer)).toContainText("✗");
  await expect.poll(seen.open).toBe(0);
});

test("the space bar pressed twice and a click between: one race", async ({ page, context }) => {
  const seen = watch(context);
  await page.goto(noLock);
  const making = await holdBack(page, "**/api/lab/runs");
  await expect(race(page)).toBeVisible();
  await page.keyboard.press("Space");
  // A disabled button as well: a person's click does not wait.
  await race(page).click({ force: true });
  await page.locator("h1").click();
  await page.keyboard.press("Space");
  making.letGo();
  await expect(result(page)).toContainText("Sold twice.");
  expect(seen.runs).toHaveLength(1);
  await expect.poll(seen.open).toBe(0);
});

test("six tabs with a finished race each: the shop loads, and a seventh tab races", async ({ context }) => {
  const seen = watch(context);
  const tabs = await Promise.all(Array.from({ length: CONNECTIONS + 1 }, () => context.newPage()));
  await Promise.all(tabs.map((page) => page.goto(noLock)));
  for (const [tab, page] of tabs.entries()) {
    await race(page).click();
    await expect(result(page), `tab ${tab + 1}`).toContainText("Sold twice.");
  }
  const shop = await context.newPage();
  await shop.goto("/");
  await expect(shop.getByRole("heading", { level: 1 })).toBeVisible();
  await expect.poll(seen.open).toBe(0);
});

test("as many races at once as there are connections: streams that say nothing make room, and every race ends", async ({
  context,
}) => {
  const seen = watch(context);
  const tabs = await Promise.all(Array.from({ length: CONNECTIONS }, () => context.newPage()));
  await Promise.all(tabs.map((page) => page.goto(noLock)));
  // Every stream is open before the first checkout is sent.
  const gate = deferred();
  await context.route("**/api/checkout", async (route) => {
    await gate.promise;
    await route.continue();
  });
  for (const page of tabs) await race(page).click();
  await expect.poll(() => seen.streams.length).toBeGreaterThanOrEqual(CONNECTIONS);
  gate.resolve();
  for (const page of tabs) await expect(result(page)).toContainText(/Sold (twice|once)/, { timeout: 30_000 });
  await expect.poll(seen.open).toBe(0);
});

test("leaving in the middle of a race closes its stream, and so does another setting", async ({ page, context }) => {
  const seen = watch(context);
  await page.goto(noLock);
  const asking = await holdBack(page, "**/api/checkout");
  await race(page).dblclick();
  await asking.reached;
  await expect.poll(seen.open).toBe(1);
  await page.getByText("Row lock", { exact: true }).click();
  await expect.poll(seen.open).toBe(0);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await race(page).click();
  await expect.poll(seen.open).toBe(1);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Replays" }).click();
  await expect.poll(seen.open).toBe(0);
  asking.letGo();
});

test("leaving before the run is there opens no stream", async ({ page, context }) => {
  const seen = watch(context);
  await page.goto(noLock);
  const making = await holdBack(page, "**/api/lab/runs");
  const isMaking = (request: Request) => request.url().endsWith("/api/lab/runs");
  const over = Promise.race([
    page.waitForEvent("requestfinished", isMaking),
    page.waitForEvent("requestfailed", isMaking),
  ]);
  await race(page).click();
  await making.reached;
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Replays" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("step by step");
  making.letGo();
  await over;
  // One more answer of the server: whatever follows the run's making has begun by then.
  await page.evaluate(() => fetch("/api/system"));
  expect(seen.streams).toHaveLength(0);
});

test("a tab in the background gives its stream back, and shows the whole race when it is looked at again", async ({
  page,
  context,
}) => {
  const seen = watch(context);
  const look = (state: DocumentVisibilityState) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
  await page.goto(noLock);
  const asking = await holdBack(page, "**/api/checkout");
  await race(page).click();
  await expect.poll(seen.open).toBe(1);
  await look("hidden");
  await expect.poll(seen.open).toBe(0);
  const verdict = page.waitForResponse("**/verdict");
  asking.letGo();
  await verdict;
  expect(seen.open()).toBe(0);
  await look("visible");
  await expect(result(page)).toContainText("Sold twice.");
  await expect(page.getByText(/reads before . has/)).toBeVisible();
  await expect.poll(seen.open).toBe(0);
});

test("a stream that ends again and again is given up after some attempts; the verdict still comes", async ({
  page,
  context,
}) => {
  const seen = watch(context);
  await page.clock.install();
  await page.route("**/api/lab/runs/*/events", (route) =>
    route.fulfill({ contentType: "text/event-stream", body: "" }),
  );
  await page.goto(noLock);
  const asking = await holdBack(page, "**/api/checkout");
  await race(page).click();
  await asking.reached;
  // Each of the page's waits begins only when the attempt before it has failed.
  for (let attempt = 1; attempt <= 60 && !(await page.getByRole("alert").isVisible()); attempt += 1) {
    await expect.poll(seen.open).toBe(0);
    await page.clock.runFor(1_000);
  }
  // Five failures, and those that the page's own clock gave back as quiet.
  expect(seen.streams.length).toBeLessThanOrEqual(10);
  await expect(page.getByRole("alert")).toBeVisible();
  asking.letGo();
  await page.clock.resume();
  await expect(result(page)).toContainText("Sold twice.");
});

test("one buyer after the other is one run: the second one's checkpoints are drawn as well", async ({
  page,
  context,
}) => {
  const seen = watch(context);
  await page.goto("/lab?strategy=row-lock&stock=2&shoppers=2&think=0");
  await page.getByRole("button", { name: "Buy as buyer A" }).click();
  await expect(page.getByRole("status", { name: "Result: Row lock" })).toContainText(/sold/i);
  await expect.poll(seen.open).toBe(0);
  await page.getByRole("button", { name: "Buy as buyer B" }).click();
  await expect(card(page, "B")).toContainText("No. 2");
  await expect(page.getByRole("region", { name: "What happened: Row lock" })).toBeVisible();
  await page.getByRole("button", { name: "As a table" }).click();
  await expect(page.getByRole("rowheader", { name: "Buyer B" })).toHaveCount(1);
  expect(seen.runs).toHaveLength(1);
  await expect.poll(seen.open).toBe(0);
});
