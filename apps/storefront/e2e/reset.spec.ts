import { expect, expectNoViolation, test } from "./support/test.ts";

test("Reset asks first, is refused while buyers are buying, and then forgets the race in the address", async ({
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
  // Answered here: a real reset would take the orders of the tests that run at the same time.
  await page.route("**/api/lab/reset", (route) =>
    route.fulfill({ json: { products: 8, orders: 2, runs: 1, tookMs: 85 } }),
  );
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(dialog.getByRole("status")).toHaveText(
    "All 8 products are in stock again. 2 orders and 1 run were removed in 0.1 s.",
  );
  await expect(page).not.toHaveURL(/run=/);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: /Both click now/ })).toBeVisible();
});
