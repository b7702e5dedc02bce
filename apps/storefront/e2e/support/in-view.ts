import type { Locator, Page } from "@playwright/test";
import { expect } from "./test.ts";

export const PROJECTOR = { width: 1280, height: 720 };

/** The whole of it, without scrolling. */
export async function expectInView(page: Page, locators: Record<string, Locator>) {
  const { width, height } = page.viewportSize() ?? PROJECTOR;
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  for (const [what, locator] of Object.entries(locators)) {
    await expect(locator, what).toBeVisible();
    const box = await locator.boundingBox();
    expect(box, what).not.toBeNull();
    if (!box) continue;
    expect(Math.min(box.x, box.y), `${what} begins in view`).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height, `${what} ends in view`).toBeLessThanOrEqual(height);
    expect(box.x + box.width, `${what} ends in view`).toBeLessThanOrEqual(width);
  }
}
