import { escapeHtml } from "./escape.ts";

export interface Bar {
  label: string;
  value: number;
  /** The value as it is written at the bar's end; no figure is told by length or colour alone. */
  text: string;
  bad?: boolean;
}

export interface Latency {
  label: string;
  p50: number;
  p95: number;
  p99: number;
}

const width = 820;
const left = 190;
const right = 90;
const row = 38;
const plot = width - left - right;

/** Horizontal bars from zero, one a strategy. */
export function barChart(title: string, bars: Bar[]): string {
  const max = Math.max(...bars.map((bar) => bar.value), 1);
  const rows = bars.map((bar, index) => {
    const y = index * row;
    // A zero still gets a hairline, so that the row reads as "none" and not as "missing".
    const length = Math.max((bar.value / max) * plot, 1.5);
    return `${name(bar.label, y)}<rect class="${bar.bad ? "bad" : "bar"}" x="${left}" y="${y + 8}" width="${length.toFixed(1)}" height="${row - 16}" rx="2"/><text class="value" x="${(left + length + 8).toFixed(1)}" y="${y + row / 2}">${escapeHtml(bar.text)}</text>`;
  });
  const spoken = bars.map((bar) => `${bar.label} ${bar.text}`).join(", ");
  return svg(`${title}: ${spoken}`, bars.length * row, rows.join(""));
}

/** One line a strategy from p50 to p99, with a mark at p50, p95 and p99, on a linear scale in milliseconds. */
export function latencyChart(latencies: Latency[]): string {
  const max = niceCeiling(Math.max(...latencies.map((latency) => latency.p99), 1));
  const x = (ms: number) => (left + (ms / max) * plot).toFixed(1);
  const bottom = latencies.length * row;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const ms = part * max;
    return `<line class="grid" x1="${x(ms)}" x2="${x(ms)}" y1="0" y2="${bottom}"/><text class="tick" x="${x(ms)}" y="${bottom + 18}">${ms >= 10 ? Math.round(ms).toLocaleString("en-US") : ms} ms</text>`;
  });
  const rows = latencies.map(({ label, p50, p95, p99 }, index) => {
    const y = index * row + row / 2;
    return `${name(label, index * row)}<line class="span" x1="${x(p50)}" x2="${x(p99)}" y1="${y}" y2="${y}"/><circle class="p50" cx="${x(p50)}" cy="${y}" r="6"/><circle class="p95" cx="${x(p95)}" cy="${y}" r="5"/><line class="p99" x1="${x(p99)}" x2="${x(p99)}" y1="${y - 9}" y2="${y + 9}"/>`;
  });
  const spoken = latencies
    .map(({ label, p50, p95, p99 }) => `${label} ${Math.round(p50)}, ${Math.round(p95)}, ${Math.round(p99)}`)
    .join("; ");
  const legend = `<p class="legend">● p50 (median) &nbsp; ○ p95 &nbsp; | p99</p>`;
  return legend + svg(`p50, p95 and p99 in milliseconds: ${spoken}`, bottom + 26, ticks.join("") + rows.join(""));
}

const name = (label: string, y: number) =>
  `<text class="name" x="${left - 12}" y="${y + row / 2}">${escapeHtml(label)}</text>`;

const svg = (title: string, height: number, content: string) =>
  `<div class="scroll"><svg role="img" aria-label="${escapeHtml(title)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${content}</svg></div>`;

/** The next 1, 2, 4 or 8 times a power of ten, so that quarter ticks are round figures. */
function niceCeiling(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 4, 8, 10] as const).find((step) => step * magnitude >= value) ?? 10) * magnitude;
}
