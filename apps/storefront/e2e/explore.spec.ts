import { expectInView, PROJECTOR } from "./support/in-view.ts";
import { expect, expectNoOverflow, expectNoViolation, test, withStackToken } from "./support/test.ts";

// Every test that explores is in this file, because one exploration runs at a time.

/** The stores of an exploration are started first. */
const FOUND_WITHIN_MS = 60_000;

test("a counterexample is found, in view, stepped through by keys, and shared by its address; axe finds nothing", async ({
  page,
  context,
}) => {
  await page.setViewportSize(PROJECTOR);
  await page.goto(withStackToken("/lab/explore"));
  // The token is kept for the tab, and not in the address.
  await expect(page).toHaveURL(/\/lab\/explore$/);
  const question = page.getByRole("heading", { level: 1 });
  const run = page.getByRole("button", { name: "Run every order" });
  await expect(run).toBeVisible({ timeout: 30_000 });
  await expectInView(page, { question, run });
  await run.click();
  const result = page.getByRole("status", { name: "Result" });
  await expect(result).toContainText("12 of 14 orders wrong.", { timeout: FOUND_WITHIN_MS });
  await expect(result).toContainText("All 14 orders");
  const orders = page.getByRole("img", { name: "14 orders so far, 12 of them wrong" });

  const told = page.getByRole("status", { name: "What happens" });
  await page.keyboard.press("ArrowRight");
  await expect(told).toContainText(/^1 \/ 6 A: .*SELECT FROM stock/);
  await page.keyboard.press("ArrowRight");
  await expect(told).toContainText(/^2 \/ 6 B: .*SELECT FROM stock/);
  await page.getByRole("button", { name: "Back" }).click();
  await expect(told).toContainText(/^1 \/ 6/);
  await page.getByRole("button", { name: "Step 6" }).click();
  await expect(page.getByRole("row").last()).toContainText("orders 2");
  const wrong = page.getByRole("list", { name: "What is wrong" });
  await expect(wrong).toContainText("No. 1 is held by 2 orders.");
  const lanes = page.getByRole("region", { name: "Swim lanes" });
  await expectInView(page, { question, result, orders, told, lanes, wrong });

  const { pathname, search } = new URL(page.url());
  expect(new URLSearchParams(search).get("schedule")).toBe("A1 B* A*");
  const other = await context.newPage();
  await other.goto(withStackToken(pathname + search));
  await expect(other.getByRole("status", { name: "Result" })).toContainText("Wrong in this order.", {
    timeout: FOUND_WITHIN_MS,
  });
  await expect(other.getByRole("status", { name: "What happens" })).toContainText(/^6 \/ 6 A: COMMIT/);
  // Nothing has been explored again, and the address is the same.
  await expect(other.getByRole("img", { name: /orders so far/ })).toHaveCount(0);
  expect(new URL(other.url()).search).toBe(search);

  await expectNoViolation(page);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await expectNoViolation(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoOverflow(page);
});

test("from a race's answer, Always? leads here with its strategy; without the token the page says what to do", async ({
  page,
}) => {
  await page.goto("/lab?strategy=row-lock&think=0");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await page.getByRole("link", { name: /Always\?/ }).click();
  await expect(page).toHaveURL(/\/lab\/explore\?strategy=row-lock$/);
  await expect(page.getByRole("alert")).toContainText("npm run explore -- --strategy row-lock");
});

test("an exploration can be stopped, and tells what it has found; a schedule that cannot be is refused in words", async ({
  page,
}) => {
  await page.goto(withStackToken("/lab/explore?strategy=row-lock&scenario=three-buyers"));
  const result = page.getByRole("status", { name: "Result" });
  await page.getByRole("button", { name: "Run every order" }).click();
  await expect(result).toContainText("so far", { timeout: FOUND_WITHIN_MS });
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(result).toContainText(/stopped after|All \d+ orders|complete up to/, { timeout: 30_000 });

  await page.goto(withStackToken("/lab/explore?strategy=unlocked&scenario=last-unit&schedule=A1+Z9"));
  await page.reload();
  await expect(result).toContainText("Z cannot take a step", { timeout: FOUND_WITHIN_MS });
});
