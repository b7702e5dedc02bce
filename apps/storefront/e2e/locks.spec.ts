import { expect, test } from "./support/test.ts";

test.use({ viewport: { width: 1280, height: 720 } });

test("buyers who queue for a product: its lock is in view, with the holder's replica, the nodes and the time left", async ({
  page,
}) => {
  await page.goto("/lab/locks");
  await page.getByRole("button", { name: /Send \d+ buyers/ }).click();
  const lease = page.getByRole("row").filter({ hasText: "lease in redis" }).filter({ hasText: "waited for" }).first();
  await expect(lease).toBeVisible();
  await expect(lease).toBeInViewport({ ratio: 1 });
  await expect(lease).toContainText(/replica-\d\.[0-9a-f]{6}/);
  await expect(lease).toContainText(/\d\.\d s left/);
  await expect(lease.getByRole("img", { name: /^Redis [1-5]: held by/ })).toHaveCount(5);
});

test("paused, the page keeps what it shows; going on, it looks again", async ({ page }) => {
  await page.goto("/lab/locks");
  await expect(page.getByRole("status")).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  let looks = 0;
  await page.route("**/api/locks?*", (route) => {
    looks += 1;
    return route.continue();
  });
  await page.getByRole("button", { name: /Send \d+ buyers/ }).click();
  // The answer to the buyers' request comes after any look that a running page would have begun.
  await page.waitForResponse("**/buyers");
  expect(looks).toBe(0);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect.poll(() => looks).toBeGreaterThan(0);
});
