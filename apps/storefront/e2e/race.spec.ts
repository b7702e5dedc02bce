import { expect, test } from "./support/test.ts";

test("unlocked: both buyers hold No. 1, and the page says so", async ({ page }) => {
  await page.goto("/lab?strategy=unlocked&stock=1&shoppers=2&think=1000");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByRole("status", { name: "Result: No lock" })).toContainText("Sold twice.");
  await expect(page.getByRole("status", { name: "Result: No lock" })).toContainText(
    /Buyers A and B both hold No. 1: both read a stock of 1 before either had committed 0/,
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
    /Buyer [AB] waited \d+ ms for the lock, read a stock of 0, and was correctly told it was sold out/,
  );
});

test("one card after the other: the second buyer is told that it is sold out", async ({ page }) => {
  await page.goto("/lab?strategy=row-lock&stock=1&shoppers=2&think=0");
  await page.getByRole("button", { name: "Buy as buyer A" }).click();
  await expect(page.getByRole("region", { name: "Buyer A" })).toContainText("No. 1");
  await page.getByRole("button", { name: "Buy as buyer B" }).click();
  await expect(page.getByRole("region", { name: "Buyer B" })).toContainText("sold out");
});

test("40 buyers for 5 units under row lock: all five sold, each once", async ({ page }) => {
  await page.goto("/lab?strategy=row-lock&stock=5&shoppers=40&think=0");
  await page.getByRole("button", { name: /All 40 click now/ }).click();
  await expect(page.getByRole("status", { name: "Result: Row lock" })).toContainText("All 5 sold, each once.", {
    timeout: 45_000,
  });
});

test("side by side: unlocked sells twice while redlock + row lock sells once", async ({ page }) => {
  await page.goto("/lab?mode=compare&think=1000");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByRole("status", { name: "Result: No lock" })).toContainText("Sold twice.");
  await expect(page.getByRole("status", { name: "Result: Redlock + row lock" })).toContainText("Sold once.");
});

test("a link reproduces every setting", async ({ page }) => {
  await page.goto("/lab?strategy=redlock&stock=7&shoppers=30&think=120");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Seven units left. 30 buyers click at the same moment.",
  );
  await expect(page.getByRole("radio", { name: "Redlock", exact: true, checked: true })).toBeVisible();
  await page.getByRole("button", { name: "30 buyers · 7 units · 120 ms between read and write" }).click();
  await expect(page.getByRole("slider", { name: "units in stock" })).toHaveValue("7");
  await expect(page.getByRole("slider", { name: "delay between read and write" })).toHaveValue("120");
  await page.keyboard.press("Escape");
  await page.getByText("Row lock", { exact: true }).click();
  await expect(page).toHaveURL(/strategy=row-lock&stock=7&shoppers=30&think=120&mode=single/);
});

test("optimistic: the second buyer's transaction is rolled back, retried, and is correctly told it is sold out", async ({
  page,
}) => {
  await page.goto("/lab?strategy=optimistic&stock=1&shoppers=2&think=400");
  await page.getByRole("button", { name: /Both click now/ }).click();
  const result = page.getByRole("status", { name: "Result: Optimistic" });
  await expect(result).toContainText("Sold once.");
  await expect(result).toContainText(/was rolled back by a version conflict, retried, read a stock of 0/);
  await expect(page.getByRole("list", { name: "Legend" })).toContainText("rolled back, retries");
  await page.getByRole("button", { name: "As a table" }).click();
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
  await page.getByRole("button", { name: /more/ }).click();
  const all = page.getByRole("dialog", { name: "All strategies" });
  const chip = all.getByRole("radio", { name: "ZooKeeper", exact: true });
  await expect(chip).toBeDisabled();
  await expect(chip).toHaveAccessibleDescription("Not available now. Nothing answers at port 2181.");
  await expect(page.getByText("Nothing answers at port 2181.")).toBeVisible();
  await expect(all.getByRole("radio", { name: "Redlock", exact: true })).toBeEnabled();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByRole("alert")).toContainText("zookeeper cannot be used now: nothing answers.");
});

test("no lock, then Fix it: the same race under the row lock beside the first result, with two clicks in all", async ({
  page,
}) => {
  await page.goto("/lab?think=1000");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByRole("status", { name: "Result: No lock" })).toContainText("Sold twice.");
  const first = new URL(page.url()).searchParams.get("run");
  await page.getByRole("button", { name: /Fix it/ }).click();
  await expect(page.getByRole("status", { name: "Result: Row lock" })).toContainText("Sold once.");
  await expect(page.getByRole("status", { name: "Result: No lock" })).toContainText("Sold twice.");
  const { searchParams } = new URL(page.url());
  expect(searchParams.get("run")).toBe(first);
  expect(searchParams.get("against-run")).toMatch(/^[0-9a-f-]{36}$/);
  await page.goBack();
  await expect(page.getByRole("region", { name: "Buyer A" })).toContainText("No. 1");
  await expect(page.getByRole("status", { name: "Result: No lock" })).toContainText("Sold twice.");
});

test("a result survives reload, the shop and Back, and another browser shows it too", async ({ page, context }) => {
  await page.goto("/lab?think=1000");
  await page.getByRole("button", { name: /Both click now/ }).click();
  const result = (of = page) => of.getByRole("status", { name: "Result: No lock" });
  await expect(result()).toContainText("Sold twice.");
  await expect(page).toHaveURL(/run=[0-9a-f-]{36}/);
  const address = page.url();
  const sentence = (await result().textContent()) ?? "";
  const shows = async (of = page) => {
    await expect(result(of)).toHaveText(sentence);
    for (const buyer of ["A", "B"])
      await expect(of.getByRole("region", { name: `Buyer ${buyer}` })).toContainText("No. 1");
    await expect(of.getByText(/reads before . has/)).toBeVisible();
  };
  await page.reload();
  await shows();
  await page.getByRole("link", { name: "Shop", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Every unit has a number." })).toBeVisible();
  await page.getByRole("link", { name: "Lab", exact: true }).click();
  await shows();
  await page.goBack();
  await page.goForward();
  await shows();
  const other = await context.newPage();
  await other.goto(address);
  await shows(other);
});

test("a run of the address that was raced under other settings, or is gone, says so", async ({ page }) => {
  await page.goto("/lab?strategy=row-lock&think=0");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page).toHaveURL(/run=/);
  await page.goto(page.url().replace("strategy=row-lock", "strategy=unlocked"));
  await expect(page.getByRole("alert")).toContainText("raced with 1 unit under “row-lock”");
  await page.goto("/lab?run=00000000-0000-4000-8000-000000000000");
  await expect(page.getByRole("alert")).toContainText("This race has been deleted. Start a new one.");
  await expect(page.getByRole("button", { name: /Both click now/ })).toBeVisible();
});

test("Why? steps through this race on its drawing by keys, and the address carries the step", async ({ page }) => {
  await page.goto("/lab?strategy=redlock%2Brow-lock&think=100");
  await page.getByRole("button", { name: /Both click now/ }).click();
  await page.getByRole("button", { name: /Why\?/ }).click();
  const told = page.getByRole("status", { name: "What happens" });
  await expect(told).toContainText(/^1 \/ \d+ · 0 ms Buyer [AB]’s checkout reaches replica \d/);
  const count = Number(((await told.textContent()) ?? "").match(/1 \/ (\d+)/)?.[1]);
  const sentences: string[] = [];
  for (let step = 2; step <= count; step += 1) {
    await page.keyboard.press("ArrowRight");
    await expect(told).toContainText(`${step} / ${count}`);
    sentences.push((await told.textContent()) ?? "");
  }
  expect(sentences.filter((each) => /has the lock after \d+ ms: \d of \d nodes granted it/.test(each))).toHaveLength(2);
  expect(sentences.filter((each) => /is told: sold out\./.test(each))).toHaveLength(1);
  expect(sentences.at(-1)).toMatch(/is told: /);
  await expect(page).toHaveURL(new RegExp(`step=${count}`));
  await page.reload();
  await expect(told).toContainText(`${count} / ${count}`);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: /Why\?/ })).toBeVisible();
});

test("a lock's bar has as many dots as there are nodes, each with its vote, also in the table", async ({ page }) => {
  const nodes = [
    { vote: "granted", tookMs: 1.2 },
    { vote: "refused", tookMs: 1.4 },
    { vote: "silent" },
    { vote: "late", tookMs: 310 },
    { vote: "granted", tookMs: 1.9 },
    { vote: "granted", tookMs: 2 },
    { vote: "granted", tookMs: 2.2 },
  ];
  const votes = { for: 4, against: 1, unavailable: 2, nodes };
  const event = (at: number, checkpoint: string, rest = {}) =>
    `id: ${at}-0\nevent: checkpoint\ndata: ${JSON.stringify({ at: 1_000 + at, shopper: "A", attempt: "a", replica: "replica-1", checkpoint, ...rest })}\n\n`;
  // Real runs have as many nodes as run here: these have seven, and votes of every kind.
  await page.route("**/api/lab/runs/*/events*", (route) =>
    route.fulfill({
      contentType: "text/event-stream",
      // A stream that ends is asked for what came after.
      body: route.request().headers()["last-event-id"]
        ? ""
        : [
            event(0, "arrived"),
            event(1, "waiting"),
            event(5, "locked", { votes, waitedMs: 4 }),
            event(60, "read", { stock: 1 }),
            event(90, "written", { stock: 0, unitNumbers: [1] }),
            event(95, "committed"),
            event(100, "answered", { outcome: "RESERVED", unitNumbers: [1] }),
          ].join(""),
    }),
  );
  await page.goto("/lab?strategy=redlock%2Brow-lock&think=0");
  await page.getByRole("button", { name: /Both click now/ }).click();
  const drawing = page.getByRole("img", { name: /^Drawing of the race/ });
  await expect(drawing.locator("[data-vote]")).toHaveCount(nodes.length);
  for (const [vote, count] of Object.entries({ granted: 4, refused: 1, silent: 1, late: 1 }))
    await expect(drawing.locator(`[data-vote=${vote}]`)).toHaveCount(count);
  for (const vote of ["granted", "refused", "silent", "late"])
    await expect(page.getByRole("list", { name: "Legend" })).toContainText(vote);
  await page.getByRole("button", { name: "As a table" }).click();
  await expect(page.getByRole("cell", { name: /^Node 1 granted after 1.2 ms, Node 2 refused/ })).toBeVisible();
});

test("a TTL shorter than the work: the lock expires under its holder, and the unit is sold twice", async ({ page }) => {
  await page.goto("/lab?strategy=set-nx-naive&think=1500&ttl=100");
  await expect(page.getByRole("button", { name: /TTL 100 ms/ })).toBeVisible();
  await page.getByRole("button", { name: /Both click now/ }).click();
  await expect(page.getByRole("status", { name: "Result: SET NX, naive" })).toContainText("Sold twice.");
});
