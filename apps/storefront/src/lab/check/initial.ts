import { HistoryError, readEvents, type Setup } from "@last-unit/checker";

/** "lamp=1, chair=5" as the model takes it; a sentence where it is not that. */
export function readInitial(text: string, wholeNumbers: boolean): Record<string, unknown> | string {
  const initial: Record<string, unknown> = {};
  for (const pair of text.split(",").map((part) => part.trim())) {
    if (pair === "") continue;
    const sign = pair.lastIndexOf("=");
    const value = pair.slice(sign + 1).trim();
    if (sign < 1 || (wholeNumbers && !/^\d{1,15}$/.test(value))) {
      return `"${pair}" is not of the form ${wholeNumbers ? "lamp=1" : "x=1"}.`;
    }
    initial[pair.slice(0, sign).trim()] = wholeNumbers ? Number(value) : jsonOrText(value);
  }
  return initial;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The setup that the history's first line states. Undefined for a file that is no history: checking it says why. */
export async function setupOf(file: Blob): Promise<Setup | undefined> {
  try {
    for await (const { setup, events } of readEvents(piecesOf(file))) {
      if (setup || events.length > 0) return setup;
    }
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
  }
  return undefined;
}

export async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
  } finally {
    await reader.cancel();
  }
}

const GUESSED_FROM_BYTES = 200_000;

/** "lamp=1, chair=5" of what a history says it began with. */
export const writeInitial = (initial: Readonly<Record<string, unknown>>): string =>
  Object.entries(initial)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

/** What the file's first lines let us guess of the initial stock: its SKUs, and as many units as were numbered. */
export async function guessInitial(file: Blob): Promise<string> {
  const text = await file.slice(0, GUESSED_FROM_BYTES).text();
  const most = new Map<string, number>();
  for (const [, sku = "", rest = ""] of text.matchAll(/"sku":\s*"([^"]{1,64})"([^\n]{0,200})/g)) {
    const units = /"units":\s*\[([\d, ]*)\]/.exec(rest)?.[1]?.split(",").map(Number) ?? [];
    most.set(sku, Math.max(most.get(sku) ?? 1, ...units));
  }
  return [...most].map(([sku, units]) => `${sku}=${units}`).join(", ");
}
