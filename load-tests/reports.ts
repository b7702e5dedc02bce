import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSettings, reportsFolder } from "@last-unit/stack";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The folder of all reports, in the home of the system. */
export const reports = () => reportsFolder(readSettings(process.env, root).home);

/** A folder for a new report, by its time. */
export const newReport = (kind: "load" | "bench" | "bench-part", startedAt: string) =>
  join(reports(), kind, startedAt.slice(0, 19).replaceAll(":", "-"));
