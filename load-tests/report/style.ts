/** Paper and ink, and a dark palette of its own. */
export const style = `
:root { --paper: #faf8f3; --ink: #1d1c1a; --soft: #5d5a54; --line: #dcd7cc; --bar: #2b5c9e; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16171a; --ink: #eceae4; --soft: #a9a69e; --line: #35373c; --bar: #86b0ec; --bad: #ff8a7e; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { font-size: clamp(1.8rem, 5vw, 3rem); line-height: 1.1; letter-spacing: -0.02em; margin: 0 0 1.25rem; }
h2 { font-size: 1.2rem; margin: 2.75rem 0 0.5rem; }
p { margin: 0.25rem 0; color: var(--soft); max-width: 56rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin-top: 0.75rem; }
th, td { padding: 0.5rem 0.8rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child { text-align: left; }
thead th { font-weight: 500; color: var(--soft); font-size: 0.85rem; vertical-align: bottom; }
td.bad { color: var(--bad); font-weight: 700; }
.scroll { overflow-x: auto; margin-top: 0.75rem; }
.broken { border-left: 4px solid var(--bad); padding-left: 1rem; }
.broken h2 { color: var(--bad); }
svg text { fill: var(--ink); font-size: 14px; dominant-baseline: middle; font-variant-numeric: tabular-nums; }
svg .name { text-anchor: end; }
svg .tick { text-anchor: middle; fill: var(--soft); font-size: 12px; }
svg .bar { fill: var(--bar); }
svg .bad { fill: var(--bad); }
svg .grid { stroke: var(--line); }
svg .span, svg .p99 { stroke: var(--bar); stroke-width: 2.5; }
svg .p50 { fill: var(--bar); }
svg .p95 { fill: var(--paper); stroke: var(--bar); stroke-width: 2.5; }
.legend { font-variant-numeric: tabular-nums; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.9rem; }
`;
