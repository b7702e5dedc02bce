import type { Page } from "@playwright/test";
import { expectInView, PROJECTOR } from "./support/in-view.ts";
import { expect, expectNoOverflow, expectNoViolation, test, withStackToken } from "./support/test.ts";

const step = (process: string, name: string, outcome: string, values: Record<string, string>) => {
  return { process, name, outcome, values, remarks: [], choices: ["A", "B"], couldGoOn: true };
};

/** A state of `npm run workshop`, whose own tests (apps/workshop/test) grade for real. */
const state = {
  exercises: [
    { number: "01", title: "The last unit", hasPassed: false, verdict: "wrong" },
    { number: "02", title: "Two lines, one item", hasPassed: true },
  ],
  exercise: {
    number: "01",
    title: "The last unit",
    task: "# 1. The last unit\n\n## What happened\n\nTwo customers pay for **one** lamp.\n\n- an order for every `reserved`\n- none for a `sold-out`\n\n```sql\nSELECT 1;\n```\n\nRead [the manual](https://www.postgresql.org/docs/18/).",
    hints: ["Look at the step in which the second buyer reads."],
    hintCount: 3,
    file: "/home/learner/practice/01-the-last-unit/checkout.ts",
    start: "const left = 1;\nreturn left;\n",
    code: "const left = 2;\nreturn left;\n",
    result: {
      verdict: "wrong",
      at: "2026-01-01T12:00:00.000Z",
      seconds: 0.7,
      explored: [{ scenario: "two buyers, one lamp", orders: 3, extent: "not complete" }],
      processes: [
        { letter: "A", name: "buyer-A wants 1 lamp" },
        { letter: "B", name: "buyer-B wants 1 lamp" },
      ],
      failure: {
        scenario: "two buyers, one lamp",
        reference: "2",
        schedule: "A1 B* A*",
        preemptions: 1,
        deadlocks: [],
        wrong: ["Oversold: 1 lamp in stock at first, but the orders hold 2."],
        steps: [
          step("A", "SELECT FROM stock", "SELECT 1", { lamp: "1", orders: "0" }),
          step("B", "SELECT FROM stock", "SELECT 1", { lamp: "1", orders: "0" }),
          step("B", "INSERT INTO orders", "INSERT 1", { lamp: "0", orders: "1" }),
          step("A", "INSERT INTO orders", "INSERT 1", { lamp: "0", orders: "2" }),
        ],
      },
    },
  },
};

/** Answers as the workshop would, and lists what it was asked to do. */
async function open(page: Page, path: string): Promise<string[]> {
  const asked: string[] = [];
  await page.route("**/stack/workshop/**", async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname.endsWith("/events")) return route.fulfill({ body: `${JSON.stringify(state)}\n` });
    asked.push(pathname.replace("/stack/workshop/", ""));
    const json = { file: "/x/apps/workshop/exercises/01/solution/1.ts", code: "FOR UPDATE", others: 6 };
    return pathname.endsWith("/solution") ? route.fulfill({ json }) : route.fulfill({ status: 204 });
  });
  await page.setViewportSize(PROJECTOR);
  await page.goto(withStackToken(path));
  await expect(page.getByRole("heading", { name: "1. The last unit" })).toBeVisible();
  return asked;
}

test("verdict, steps and values of a counterexample are in view, and stepped through by keys", async ({ page }) => {
  const asked = await open(page, "/lab/workshop");
  await page.getByRole("button", { name: "Grade now" }).click();
  const told = page.getByRole("status", { name: "What happens" });
  await expect(told).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(told).toContainText("1 / 4");
  await page.keyboard.press("ArrowRight");
  await expect(told).toContainText("2 / 4 B: SELECT FROM stock");
  await expectInView(page, {
    verdict: page.getByRole("status", { name: "Verdict" }),
    told,
    lanes: page.getByRole("region", { name: "Swim lanes" }),
    wrong: page.getByRole("list", { name: "What is wrong" }),
  });
  expect(asked).toEqual(["grade"]);
  await page.getByRole("button", { name: "Present" }).click();
  await expect(page.getByRole("navigation", { name: "Exercises" })).toBeHidden();
  await expect(page.getByRole("banner")).toBeHidden();
});

test("hints open one after another, a solution is asked for twice, and the file opens in the learner's editor", async ({
  page,
}) => {
  const asked = await open(page, "/lab/workshop?view=help");
  await page.getByRole("button", { name: "Show the next hint" }).click();
  await page.getByRole("button", { name: "Show a solution" }).click();
  await expect(page.getByRole("button", { name: "Yes, show the solution" })).toBeVisible();
  expect(asked).toEqual(["hint"]);
  await page.getByRole("button", { name: "Yes, show the solution" }).click();
  await expect(page.getByRole("region", { name: "A solution" })).toContainText("FOR UPDATE");
  await expect(page.getByRole("link", { name: /VS Code/ })).toHaveAttribute(
    "href",
    "vscode://file/home/learner/practice/01-the-last-unit/checkout.ts",
  );
  await page.getByRole("button", { name: /2\. Two lines/ }).click();
  await expect.poll(() => asked).toEqual(["hint", "solution", "open/02"]);
});

for (const view of ["task", "result", "change", "help"]) {
  test(`${view}: no axe violation, light and dark, and nothing overflows at 390 px`, async ({ page }) => {
    await open(page, `/lab/workshop?view=${view}`);
    await expectNoViolation(page);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await expectNoViolation(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoOverflow(page);
  });
}

test("the workshop does not run: the page says how to start it", async ({ page, url }) => {
  await page.route("**/stack/workshop/**", (route) =>
    route.fulfill({ status: 404, contentType: "application/problem+json", json: { status: 503, code: "NO_WORKSHOP" } }),
  );
  await page.goto(url + withStackToken("/lab/workshop"));
  await expect(page.getByRole("alert")).toContainText("npm run workshop");
});
