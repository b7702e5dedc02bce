import type { Conditions, StrategyResult } from "../results.ts";
import { outcomes } from "../results.ts";
import { cells, columns, headings } from "../table.ts";
import { barChart, latencyChart } from "./charts.ts";
import { escapeHtml } from "./escape.ts";
import { style } from "./style.ts";

/** One file that opens from disk: its style and its charts are inside, and it asks no other address for anything. */
export function htmlReport(conditions: Conditions, results: StrategyResult[]): string {
  const broken = results.flatMap(({ strategy, failures }) => failures.map((failure) => `${strategy}: ${failure}.`));
  const title = "Last Unit: the strategies under load";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${headline(results)}</h1>
${headings(conditions).map(paragraph).join("\n")}
${broken.length ? `<section class="broken"><h2>Broken promises</h2><ul>${broken.map((text) => `<li>${escapeHtml(text)}</li>`).join("")}</ul></section>` : ""}
<section><h2>The figures</h2>${figures(results)}</section>
<section><h2>Units oversold</h2>
${paragraph("Sales of a number that another buyer already held. Anything but zero is a customer to disappoint.")}
${barChart(
  "Units oversold, by strategy",
  results.map(({ strategy, verdict }) => ({
    label: strategy,
    value: verdict.unitsOversold,
    text: verdict.unitsOversold.toLocaleString("en-US"),
    bad: verdict.unitsOversold > 0,
  })),
)}</section>
<section><h2>Units sold per second</h2>
${paragraph("Distinct units only: selling a unit a second time earns nothing here.")}
${barChart(
  "Distinct units sold per second, by strategy",
  results.map(({ strategy, unitsPerSecond }) => ({
    label: strategy,
    value: unitsPerSecond,
    text: unitsPerSecond.toFixed(1),
  })),
)}</section>
<section><h2>How long a buyer waits for an answer</h2>
${paragraph("Three marks a strategy: the median buyer, the slowest of twenty, the slowest of a hundred.")}
${latencyChart(results.map(({ strategy, summary }) => ({ label: strategy, ...summary.latencyMs })))}</section>
<section><h2>What buyers were told</h2>${answers(results)}</section>
${counterexamples(results)}
<footer>${escapeHtml(`Measured ${conditions.startedAt}. Absolute figures belong to that machine; the ratios travel.`)}</footer>
</main>
</body>
</html>
`;
}

/** For each history that is not linearizable: the shortest part of it that proves this, described and drawn by the checker. */
function counterexamples(results: StrategyResult[]): string {
  const parts = results.flatMap(({ strategy, history: { sentences, svg } }) =>
    sentences && svg
      ? [`<h3>${escapeHtml(strategy)}</h3>${sentences.map(paragraph).join("")}<div class="scroll">${inline(svg)}</div>`]
      : [],
  );
  return parts.length > 0 ? `<section><h2>Histories that are not linearizable</h2>${parts.join("\n")}</section>` : "";
}

/** Inside a page the drawing needs no namespace, and a report names no outside address. */
const inline = (svg: string) => svg.replace(/ xmlns="[^"]*"/, "");

function headline(results: StrategyResult[]): string {
  const oversold = results.filter(({ verdict }) => verdict.unitsOversold > 0).map(({ strategy }) => strategy);
  if (results.some(({ safe, verdict }) => safe && verdict.unitsOversold > 0)) return "A safe strategy oversold.";
  if (oversold.length === 0) return "No unit was sold twice.";
  return `Only ${escapeHtml(oversold.join(" and "))} sold units twice.`;
}

function figures(results: StrategyResult[]): string {
  const rows = results.map((result) => {
    const [name, ...values] = cells(result);
    const data = values.map((value, index) => {
      const isBad =
        (["oversold", "lost updates", "false sold out"].includes(columns[index + 1] ?? "") && value !== "0") ||
        value === "not linearizable";
      return `<td${isBad ? ' class="bad"' : ""}>${escapeHtml(value)}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(name ?? "")}</th>${data.join("")}</tr>`;
  });
  return table([...columns], rows);
}

function answers(results: StrategyResult[]): string {
  const seen = outcomes.filter((outcome) => results.some(({ summary }) => summary.outcomes[outcome] > 0));
  const rows = results.map(({ strategy, summary }) => {
    const data = seen.map((outcome) => `<td>${summary.outcomes[outcome].toLocaleString("en-US")}</td>`);
    return `<tr><th scope="row">${escapeHtml(strategy)}</th>${data.join("")}</tr>`;
  });
  return table(["strategy", ...seen], rows);
}

function table(head: string[], rows: string[]): string {
  const cellsOfHead = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  return `<div class="scroll" tabindex="0" role="region" aria-label="Table, scrolls sideways"><table><thead><tr>${cellsOfHead}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`;
