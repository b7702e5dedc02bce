import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

/** Compressed bytes of what a page's first view fetches, by kind. */
async function weigh(page: Page, address: string) {
  const bytes = { code: 0, all: 0 };
  const files: string[] = [];
  const weighed: Promise<void>[] = [];
  page.on("requestfinished", (request) => {
    if (!new URL(request.url()).pathname.match(/^\/(assets\/|color-scheme)/)) return;
    weighed.push(
      request.sizes().then(({ responseBodySize }) => {
        bytes.all += responseBodySize;
        if (["script", "stylesheet"].includes(request.resourceType())) bytes.code += responseBodySize;
        files.push(`${request.url().split("/").at(-1)} ${responseBodySize}`);
      }),
    );
  });
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForLoadState("networkidle");
  await Promise.all(weighed);
  return { ...bytes, files };
}

test("the shop's first view: scripts and styles within 110 kB, and nothing of the lab", async ({ page }) => {
  const { code, all, files } = await weigh(page, "/");
  expect(code, files.join("\n")).toBeLessThanOrEqual(110_000);
  expect(all, files.join("\n")).toBeLessThanOrEqual(160_000);
  expect(files.filter((name) => /lab|race|strateg|replay|throughput/.test(name))).toEqual([]);
});

test("the race page: scripts and styles within 150 kB", async ({ page }) => {
  const { code, all, files } = await weigh(page, "/lab");
  expect(code, files.join("\n")).toBeLessThanOrEqual(150_000);
  expect(all, files.join("\n")).toBeLessThanOrEqual(200_000);
});

test("the exploration's page: scripts and styles within 150 kB", async ({ page }) => {
  const { code, files } = await weigh(page, "/lab/explore");
  expect(code, files.join("\n")).toBeLessThanOrEqual(150_000);
});
