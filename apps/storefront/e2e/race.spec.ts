import { expect, test } from "./support/test.ts";

test("unlocked: both shoppers hold No. 1, and the page says so", async ({ page }) => {
  await page.goto("/lab?strategy=unlocked&stock=1&shoppers=2&think=300");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByRole("status", { name: "Result: No lock" })).toContainText("Sold twice.");
  await expect(page.getByRole("status", { name: "Result: No lock" })).toContainText(
    /Orders \w{4} and \w{4} both took unit No. 1/,
  );
  await expect(page.getByText(/reads before . has/)).toBeVisible();
});

test("redlock + row lock: the space bar starts the race, and it is sold once", async ({ page }) => {
  await page.goto("/lab?strategy=redlock%2Brow-lock&stock=1&shoppers=2&think=100");
  await expect(page.getByRole("button", { name: /Both click now/ })).toBeVisible();
  await page.keyboard.press("Space");
  const result = page.getByRole("status", { name: "Result: Redlock + row lock" });
  await expect(result).toContainText("Sold once.");
  await expect(result).toContainText(
    /Shopper [AB] waited \d+ ms for the lock, read a stock of 0, and was told the truth/,
  );
});

test("one pane after the other: the second shopper is told that it is sold out", async ({ page }) => {
  await page.goto("/lab?strategy=row-lock&stock=1&shoppers=2&think=0");
  await page.getByRole("button", { name: "Buy as shopper A" }).click();
  await expect(page.getByRole("region", { name: "Shopper A" })).toContainText("No. 1");
  await page.getByRole("button", { name: "Buy as shopper B" }).click();
  await expect(page.getByRole("region", { name: "Shopper B" })).toContainText("sorry");
});

test("a crowd of 40 for 5 units under row lock: all five sold, each once", async ({ page }) => {
  await page.goto("/lab?strategy=row-lock&stock=5&shoppers=40&think=0");
  await page.getByRole("button", { name: /All 40 click now/ }).click();
  await expect(page.getByRole("status", { name: "Result: Row lock" })).toContainText("All 5 sold, each once.", {
    timeout: 45_000,
  });
});

test("side by side: unlocked sells twice while redlock + row lock sells once", async ({ page }) => {
  await page.goto("/lab?mode=compare&think=300");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByRole("status", { name: "Result: No lock" })).toContainText("Sold twice.");
  await expect(page.getByRole("status", { name: "Result: Redlock + row lock" })).toContainText("Sold once.");
});

test("a link reproduces every setting", async ({ page }) => {
  await page.goto("/lab?strategy=redlock&stock=7&shoppers=30&think=120");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Seven units left. 30 shoppers click at the same moment.",
  );
  await expect(page.getByRole("radio", { name: "Redlock", exact: true })).toBeChecked();
  await expect(page.getByRole("slider", { name: "stock" })).toHaveAttribute("aria-valuenow", "7");
  await expect(page.getByRole("slider", { name: "think time" })).toHaveAttribute("aria-valuenow", "120");
  await page.getByText("Row lock", { exact: true }).click();
  await expect(page).toHaveURL(/strategy=row-lock&stock=7&shoppers=30&think=120&mode=single/);
});

test("optimistic: the second shopper's transaction is undone, begins again, and is told the truth", async ({
  page,
}) => {
  await page.goto("/lab?strategy=optimistic&stock=1&shoppers=2&think=400");
  await page.getByRole("button", { name: /Both click now/ }).click();
  const result = page.getByRole("status", { name: "Result: Optimistic" });
  await expect(result).toContainText("Sold once.");
  await expect(result).toContainText(/was undone by a version conflict, began again, read a stock of 0/);
  await expect(page.getByRole("list", { name: "Legend" })).toContainText("undone, begins again");
  await page.getByText("The same as a table").click();
  await expect(page.getByRole("cell", { name: /^a version conflict at \d/ })).toHaveCount(1);
});

test("a strategy that cannot be used is disabled, its reason stands beside it, and a race with it says why", async ({
  page,
}) => {
  // The real list, with one of its services said to be gone: which services run here is not this test's to decide.
  await page.route("**/api/lab/strategies", async (route) => {
    const list = await (await route.fetch()).json();
    await route.fulfill({
      json: list.map((entry: { name: string }) =>
        entry.name.startsWith("zookeeper")
          ? { ...entry, available: false, reason: "Nothing answers at port 2181." }
          : { ...entry, available: true, reason: null },
      ),
    });
  });
  const refusal = { code: "STRATEGY_UNAVAILABLE", detail: "zookeeper cannot be used now: nothing answers." };
  await page.route("**/api/lab/runs", (route) => route.fulfill({ status: 409, json: refusal }));
  await page.goto("/lab?strategy=zookeeper");
  const chip = page.getByRole("radio", { name: "ZooKeeper", exact: true });
  await expect(chip).toBeDisabled();
  await expect(chip).toHaveAccessibleDescription("Not available now. Nothing answers at port 2181.");
  await expect(page.getByText("Nothing answers at port 2181.")).toBeVisible();
  await expect(page.getByRole("radio", { name: "Redlock", exact: true })).toBeEnabled();
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByRole("alert")).toContainText("zookeeper cannot be used now: nothing answers.");
});
