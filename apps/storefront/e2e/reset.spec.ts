import { expect, expectNoViolation, test } from "./support/test.ts";

test("Reset asks first, is refused while buyers are buying, and then forgets orders and the race in the address", async ({
  page,
}) => {
  await page.goto("/lab?think=50");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByText(/^\d+ oversold$/)).toBeVisible();
  await expect(page).toHaveURL(/run=/);
  const open = page.getByRole("contentinfo").getByRole("button", { name: "Reset" });
  await open.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("All orders and all runs are removed");
  await expectNoViolation(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/run=/);

  await page.route("**/api/lab/reset", (route) =>
    route.fulfill({ status: 409, json: { code: "LAB_BUSY", detail: "The buyers of a run are still buying." } }),
  );
  await open.click();
  await dialog.getByRole("button", { name: "Reset" }).click();
  await expect(dialog.getByRole("status")).toHaveText("The buyers of a run are still buying.");
  await page.unroute("**/api/lab/reset");
  // The page of the strategies, which an earlier test may have opened, starts a measurement.
  const headers = { authorization: `Bearer ${process.env.LAST_UNIT_LAB_TOKEN}` };
  const isMeasuring = async () => (await (await page.request.get("/api/lab/matrix", { headers })).json()).measuring;
  await expect.poll(isMeasuring, { timeout: 120_000 }).toBe(false);
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(dialog.getByRole("status")).toContainText("All 8 products are in stock again.");
  await expect(page).not.toHaveURL(/run=/);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: /Both click now/ })).toBeVisible();
  await page.goto("/orders");
  await expect(page.getByRole("link", { name: /Screen print|Wall clock/ })).toHaveCount(0);
});
