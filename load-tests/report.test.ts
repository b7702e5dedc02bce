import { describe, expect, test } from "vitest";
import { combine } from "./combine.ts";
import { judge } from "./judge.ts";
import { htmlReport } from "./report/html.ts";
import type { Conditions } from "./results.ts";
import { explained, info, summary, verdict } from "./sample-results.ts";
import { cells, columns, headings, markdownTable, textTable } from "./table.ts";

const conditions: Conditions = {
  startedAt: "2026-11-23T12:00:00.000Z",
  rounds: 3,
  buyers: 100,
  stock: 40,
  clients: 24,
  thinkTimeMs: 5,
  replicas: 3,
  database: "PostgreSQL 18.4",
  durability: "fsync on, synchronous_commit on",
  machine: "2 cores, shared by k6 and the system",
  k6: "k6 v1.8.1",
};
const safe = combine([judge(info(), "run-1", summary(), verdict(), explained, 1.25)]);
const racy = combine([
  judge(
    info({ name: "<unlocked>", safe: false }),
    "run-2",
    summary({ counts: { RESERVED: 90, OUT_OF_STOCK: 10 }, unitsReserved: 90 }),
    verdict({ unitsSold: 90, unitsOversold: 55, orders: 90, passed: false }),
    {
      verdict: "not-linearizable",
      sentences: ["Shoppers <1> and 2 hold unit 1."],
      svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    },
  ),
]);

describe("the table", () => {
  test("has a cell for each column", () => {
    expect(cells(safe)).toHaveLength(columns.length);
    expect(cells(safe)).toEqual([
      "row-lock",
      "100",
      "40",
      "0",
      "0",
      "0",
      "20.0",
      "–",
      "1.3",
      "20",
      "80",
      "120",
      "0",
      "linearizable",
    ]);
  });

  test("names the clients and the durability", () => {
    const text = headings(conditions).join(" ");
    expect(text).toContain("24 at the same time");
    expect(text).toContain("fsync on");
  });

  test("is printed for a terminal and for Markdown", () => {
    expect(textTable([safe])).toContain("row-lock");
    expect(markdownTable([safe]).split("\n")).toHaveLength(3);
  });
});

describe("the report", () => {
  const html = htmlReport(conditions, [racy, safe]);

  test("asks no outside address for anything", () => {
    expect(html).not.toMatch(/https?:\/\/|<script|<link|@import|url\(/);
  });

  test("escapes names and says who sold units twice", () => {
    expect(html).not.toContain("<unlocked>");
    expect(html).toContain("<h1>Only &lt;unlocked&gt; sold units twice.</h1>");
  });

  test("shows why a history is not linearizable", () => {
    expect(html).toContain("Shoppers &lt;1&gt; and 2 hold unit 1.");
  });

  test("tells every chart in words as well", () => {
    expect(html.match(/<svg role="img" aria-label="[^"]{20,}"/g)).toHaveLength(3);
  });
});
