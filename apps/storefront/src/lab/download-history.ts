import type { RaceEvent } from "../api/types.ts";

/** Saves the checkpoints as JSON lines, one event a line in order of time. */
export function downloadHistory(name: string, events: readonly RaceEvent[]): void {
  const lines = [...events].sort((a, b) => a.at - b.at).map((event) => `${JSON.stringify(event)}\n`);
  const url = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `race-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.jsonl`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
