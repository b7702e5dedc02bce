import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ShopError } from "../errors.ts";
import { type LoadReport, loadReportSchema } from "./http/load-report-schema.ts";

/** Unreadable reports that are skipped: an unfinished one, or those of another version. */
const SKIPPED = 10;

/**
 * The newest report of `npm run load` in this folder: `<time>/results.json`.
 * @throws ShopError NOT_FOUND if there is none that can be read
 */
export async function newestLoadReport(folder: string | undefined): Promise<LoadReport> {
  if (folder === undefined) throw new ShopError("NOT_FOUND", "REPORTS is not set: no reports are kept here.");
  const names = (await readdir(folder).catch(() => [])).sort().reverse();
  for (const name of names.slice(0, SKIPPED)) {
    const text = await readFile(join(folder, name, "results.json"), "utf8").catch(() => "{}");
    const report = loadReportSchema.safeParse(parsed(text));
    if (report.success) return report.data;
  }
  throw new ShopError("NOT_FOUND", "There is no report yet. Type: npm run load");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
