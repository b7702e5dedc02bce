import type { Page } from "@playwright/test";
import { expect, expectNoOverflow, expectNoViolation, test } from "./support/test.ts";

/** Two crowds of a size take about five seconds on a machine that has time. */
const MEASURED_MS = 90_000;
const start = (page: Page) => page.getByRole("button", { name: /^Start the load/ });
const startAgain = (page: Page) => page.getByRole("button", { name: /^Start again/ });
const number = (text: string | null | undefined) => Number((text ?? "").replaceAll(",", ""));

/** The table's figures: for each crowd, a record of each side's columns. */
async function figures(page: Page): Promise<Map<number, Record<string, string>[]>> {
  const table = page.getByRole("region", { name: "The figures" });
  const [, second] = await table.locator("thead tr").all();
  const columns = (await second?.getByRole("columnheader").allTextContents()) ?? [];
  const half = columns.length / 2;
  const read = new Map<number, Record<string, string>[]>();
  for (const row of await table.locator("tbody tr").all()) {
    const cells = await row.getByRole("cell").allTextContents();
    const side = (from: number) =>
      Object.fromEntries(columns.slice(0, half).map((name, at) => [name, cells[from + at] ?? ""]));
    read.set(number(await row.getByRole("rowheader").textContent()), [side(0), side(half)]);
  }
  return read;
}

test("1, 10 and 30 buyers: no lock sells units twice, group commit none, and the table says what the API says", async ({
  page,
}) => {
  test.setTimeout(MEASURED_MS + 180_000);
  const verdicts: { strategy: string; unitsSold: number; unitsOversold: number }[] = [];
  page.on("response", async (response) => {
    if (/\/verdict\?/.test(response.url())) verdicts.push(await response.json());
  });
  await page.goto("/lab/throughput?crowds=1,10,30");
  await start(page).click();
  await expect(page.getByRole("button", { name: /^Stop/ })).toBeVisible();
  await expect(startAgain(page)).toBeVisible({ timeout: MEASURED_MS });
  await expect(page.getByRole("alert")).toHaveCount(0);

  const table = await figures(page);
  expect([...table.keys()]).toEqual([1, 10, 30]);
  const of = (side: 0 | 1, column: string) => [...table.values()].map((sides) => number(sides[side]?.[column]));
  expect(of(0, "oversold")).toEqual([0, 0, 0]);
  expect(of(1, "oversold").at(0)).toBe(0);
  expect(of(1, "oversold").at(-1)).toBeGreaterThan(0);
  for (const [side, strategy] of [
    [0, "group-commit"],
    [1, "unlocked"],
  ] as const) {
    // The first verdict of each is the warm-up's, which does not count.
    const judged = verdicts.filter((verdict) => verdict.strategy === strategy).slice(1);
    expect(of(side, "oversold")).toEqual(judged.map(({ unitsOversold }) => unitsOversold));
    expect(of(side, "units sold")).toEqual(judged.map(({ unitsSold, unitsOversold }) => unitsSold - unitsOversold));
    expect(Math.min(...of(side, "units/s"))).toBeGreaterThan(0);
  }

  const chart = page.getByRole("img", { name: /^Chart of units sold per second/ });
  await expect(chart.locator("circle")).toHaveCount(3);
  await expect(chart.locator("rect")).toHaveCount(3);
  await expect(chart).toHaveAccessibleName(/Group commit: [\d.]+ with 1, [\d,.]+ with 10, [\d,.]+ with 30/);
  const result = page.getByRole("status", { name: "Result" });
  await expect(result).toContainText(/With 30 buyers, Group commit sold .+ as many units a second as No lock/);
  await expect(result).toContainText(/Over all steps, No lock oversold [\d,]+ units?/);

  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveAttribute("data-color-scheme", colorScheme);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 });
      await expectNoViolation(page);
      await expectNoOverflow(page);
    }
  }
});

test("Stop keeps what was measured, and leaving the page sends no further buyers", async ({ page }) => {
  test.setTimeout(MEASURED_MS + 30_000);
  let sent = 0;
  page.on("request", (request) => {
    if (/\/buyers$/.test(request.url())) sent += 1;
  });
  await page.goto("/lab/throughput?crowds=1,2,3&strategy=row-lock&against=conditional-update");
  await start(page).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "The figures" }).getByRole("rowheader", { name: "1" })).toBeVisible({
    timeout: MEASURED_MS,
  });
  await page.keyboard.press("Enter");
  await expect(startAgain(page)).toBeFocused();
  await expect(page.getByRole("img", { name: /Row lock: [\d,]+ with 1\b/ })).toBeVisible();

  await startAgain(page).click();
  await expect(page.getByRole("button", { name: /^Stop 1 of 6/ })).toBeVisible({ timeout: MEASURED_MS });
  await page.getByRole("link", { name: "Replays", exact: true }).click();
  await expect(page).toHaveURL(/\/lab\/replays$/);
  const left = sent;
  // Longer than one crowd takes.
  await page.waitForTimeout(4_000);
  expect(sent).toBe(left);
});

test("a refusal in the middle is told, and what was measured before stays", async ({ page }) => {
  test.setTimeout(MEASURED_MS + 30_000);
  let asked = 0;
  await page.route("**/api/lab/runs/*/buyers", (route) => {
    asked += 1;
    // Two to warm up, and one that is measured.
    if (asked <= 3) return route.continue();
    const json = { code: "TOO_MANY_BUYERS", detail: "The buyers of another run are still running." };
    return route.fulfill({ status: 429, json });
  });
  await page.goto("/lab/throughput?crowds=2,4");
  await start(page).click();
  const notice = page.getByRole("alert");
  await expect(notice).toContainText("Stopped here", { timeout: MEASURED_MS });
  await expect(notice).toContainText("Too many simulated buyers are running already");
  const [row] = [...(await figures(page)).values()];
  expect(number(row?.[0]?.["units/s"])).toBeGreaterThan(0);
  expect(row?.[1]?.["units/s"]).toBe("–");
  await expect(startAgain(page)).toBeEnabled();
});

test("a strategy that cannot be used is named so in the list, and the comparison says why it cannot begin", async ({
  page,
}) => {
  const reason = "Nothing answers at port 2181.";
  await page.route("**/api/lab/strategies", async (route) => {
    const list = (await (await route.fetch()).json()) as { name: string }[];
    const json = list.map((each) => (each.name === "zookeeper" ? { ...each, available: false, reason } : each));
    await route.fulfill({ json });
  });
  const refusal = { code: "STRATEGY_UNAVAILABLE", detail: `zookeeper cannot be used now: ${reason}` };
  await page.route("**/api/lab/runs", (route) => route.fulfill({ status: 409, json: refusal }));
  await page.goto("/lab/throughput?strategy=zookeeper");
  const choice = page.getByLabel("This checkout");
  await expect(choice.getByRole("option", { name: "ZooKeeper (not available now)" })).toBeDisabled();
  await expect(page.getByText(`Not available now: ${reason}`)).toBeVisible();
  await start(page).click();
  await expect(page.getByRole("alert")).toContainText(refusal.detail);
  await expect(page.getByRole("alert")).toContainText("The comparison could not begin");
});

test("sizes that cannot be read, and one strategy against itself, are told", async ({ page }) => {
  await page.goto("/lab/throughput?crowds=many&strategy=row-lock&against=row-lock");
  await expect(page.getByRole("alert")).toContainText("“crowds=many” in the address is not understood");
  await expect(start(page)).toContainText("choose two different strategies first");
  await expect(start(page)).toBeDisabled();
  await start(page).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Stop/ })).toHaveCount(0);
  await page.getByLabel("against this one").selectOption({ label: "Optimistic" });
  await expect(page).toHaveURL(/against=optimistic/);
  await expect(start(page)).toContainText("1 to 1,000 buyers");
});
