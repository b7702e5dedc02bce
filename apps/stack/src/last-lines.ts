import { open } from "node:fs/promises";

/** The last dozen lines of a log, for an error message. */
export async function lastLines(path: string): Promise<string> {
  const log = await open(path, "r").catch(() => undefined);
  if (!log) return "(no log)";
  try {
    const { size } = await log.stat();
    const length = Math.min(size, 4000);
    const { buffer } = await log.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8").trimEnd().split("\n").slice(-12).join("\n");
  } finally {
    await log.close();
  }
}
