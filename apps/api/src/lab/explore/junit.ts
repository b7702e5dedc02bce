import type { Cell } from "./cell.ts";

const escaped = (text: string) =>
  text.replace(/[<>&"]/g, (sign) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" })[sign] ?? sign);

/** A test case for each strategy and scenario. A strategy that is not called safe does not fail the report. */
export function junitReport(cells: readonly Cell[]): string {
  const cases = cells.map(({ strategy, safe, scenario, seconds, extent, exploration, told = "" }) => {
    const about = `classname="explore.${escaped(strategy)}" name="${escaped(scenario)}" time="${seconds.toFixed(3)}"`;
    const output = `<system-out>${escaped(`${exploration.wrong} wrong of ${extent}\n${told}`)}</system-out>`;
    const failure = safe && exploration.wrong > 0 ? `<failure message="${exploration.wrong} wrong orders"/>` : "";
    return `  <testcase ${about}>${failure}${output}</testcase>`;
  });
  const failures = cells.filter(({ safe, exploration }) => safe && exploration.wrong > 0).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="explore" tests="${cells.length}" failures="${failures}">`,
    ...cases,
    "</testsuite>",
    "",
  ].join("\n");
}
