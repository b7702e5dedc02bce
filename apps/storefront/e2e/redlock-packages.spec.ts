import { expect, test } from "./support/test.ts";

test("the page of strategies leads to the packages: a cell tells what was observed, also by keyboard", async ({
  page,
}) => {
  await page.goto("/lab/strategies");
  await page.getByRole("link", { name: "Redlock packages" }).click();
  await expect(page).toHaveURL(/\/lab\/redlock-packages$/);
  await expect(page.getByRole("columnheader", { name: "redlock 5.0.0-beta.2" })).toBeVisible();
  const columns = await page.getByRole("columnheader").allTextContents();
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "4. Late majority" }) });
  const cell = row.getByRole("cell").nth(columns.indexOf("redlock 5.0.0-beta.2")).getByRole("button");
  await expect(cell).toHaveAccessibleName(/^fail: A was told that it holds the lock, while B holds it\./);
  await cell.focus();
  const section = page.getByRole("region", { name: "Cases and packages" });
  await expect(section).toContainText(/redlock 5\.0\.0-beta\.2: All nodes answer after the TTL/);
});

test("every package has an outcome in every case, or the reason why it was not run", async ({ page }) => {
  await page.goto("/lab/redlock-packages");
  await expect(page.getByRole("rowheader")).toHaveCount(13);
  const packages = await page.getByRole("columnheader").count();
  await expect(page.getByRole("button", { name: /^(pass|fail|seen|n\/a|not run): ./ })).toHaveCount(13 * packages);
});
