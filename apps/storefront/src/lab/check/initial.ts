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

const GUESSED_FROM_BYTES = 200_000;

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
