import type { Browser, Page } from "playwright-core";
import { findProgram } from "../programs/find.ts";
import { programs } from "../programs/programs.ts";
import type { AskedSystem } from "./ask-system.ts";
import type { Check } from "./stage-check.ts";

interface Screen {
  width: number;
  height: number;
}

/** What a speaker shows: its path, and what must be in view without scrolling. */
const pages: [path: string, inView: string][] = [
  ["/", "h1"],
  ["/lab?stage", "button:has-text('click now')"],
  ["/lab/replays?stage", "main ol, main ul"],
  ["/lab/explore?stage", "h1"],
  ["/lab/strategies?stage", "table"],
  ["/lab/throughput?stage", "button:has-text('Start the load')"],
  ["/lab/locks?stage", "h1"],
  ["/lab/workshop?stage", "h1"],
  ["/lab/glossary?stage", "h1"],
  ["/api/docs", "body"],
];
const SHOWN_WITHIN_MS = 20_000;

/**
 * Opens the pages in Chromium in a window of the projector's size. Every other host is unreachable for it, so that a page
 * that needs the network fails here instead of in the hall.
 */
export async function pageChecks({ url, token }: AskedSystem, screen: Screen): Promise<Check[]> {
  const found = await findProgram("chromium");
  const playwright = await loadPlaywright();
  const size = `${screen.width} × ${screen.height}`;
  if (!found || !playwright) {
    const remedy = `${programs.chromium.byHand}; or open ${url}/lab?stage yourself, with the network off.`;
    return [{ title: `pages at ${size}`, passed: false, found: "Chromium or Playwright is missing", remedy }];
  }
  const { chromium } = playwright;
  const browser = await chromium.launch({
    executablePath: found.path,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ],
  });
  try {
    const checks: Check[] = [];
    for (const [path, inView] of pages) checks.push(await check(path, inView));
    return checks;

    async function check(path: string, inView: string): Promise<Check> {
      const page = await open(browser, screen, token);
      const outside: string[] = [];
      page.on("request", (request) => {
        if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).host !== new URL(url).host)
          outside.push(new URL(request.url()).host);
      });
      const title = `page ${path}`;
      try {
        const response = await page.goto(new URL(path, url).href, { timeout: SHOWN_WITHIN_MS });
        const shown = page.locator(inView).first();
        await shown.waitFor({ timeout: SHOWN_WITHIN_MS });
        const box = await shown.boundingBox();
        const problems = [
          ...(response?.ok() ? [] : [`status ${response?.status()}`]),
          ...(outside.length > 0 ? [`asks ${[...new Set(outside)].join(", ")}, which is unreachable offline`] : []),
          ...(inView === "body" || isInView(box, screen) ? [] : [`${inView} is not in view at ${size}`]),
        ];
        const remedy = "Use a larger window or a smaller zoom; a page of another version: npm start builds it anew.";
        return {
          title,
          passed: problems.length === 0,
          found: problems.join("; ") || `in view at ${size}, offline`,
          remedy,
        };
      } catch (error) {
        const [reason = ""] = (error as Error).message.split("\n");
        return {
          title,
          passed: false,
          found: reason,
          remedy: "See the logs of front-door, or start the system again.",
        };
      } finally {
        await page.context().close();
      }
    }
  } finally {
    await browser.close();
  }
}

const isInView = (box: (Screen & { x: number; y: number }) | null, { width, height }: Screen) =>
  box !== null && box.y >= 0 && box.y + box.height <= height && box.x >= 0 && box.x + box.width <= width;

/** Not a dependency of the stack, but of the storefront's tests, which may not be installed. */
async function loadPlaywright(): Promise<typeof import("playwright-core") | undefined> {
  const name = "playwright-core";
  return import(name).catch(() => undefined);
}

async function open(browser: Browser, viewport: Screen, token: string | undefined): Promise<Page> {
  const context = await browser.newContext({ viewport });
  if (token) await context.addInitScript((value) => sessionStorage.setItem("last-unit-lab-token", value), token);
  return context.newPage();
}
