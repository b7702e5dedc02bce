import { expect, it } from "vitest";
import { parseHistory } from "./parse-history.ts";

const jepsen = `;; a register of Jepsen
{:type :invoke, :f :write, :value 3, :process 0, :time 10, :index 0}
{:type :info, :f :start-partition, :value nil, :process :nemesis, :time 11, :index 1}
#jepsen.history.Op{:type :invoke, :f :cas, :value [3 4], :process 1, :time 12, :index 2}
{:type :ok, :f :write, :value 3, :process 0, :time 13, :index 3}
{:type :fail, :f :cas, :value [3 4], :process 1, :time 14, :error "busy \\"now\\"", :index 4}
{:type :invoke, :f :read, :value nil, :process 1, :time 15}
`;

it("reads Jepsen's EDN, passes over the nemesis, and leaves out what failed", async () => {
  const { operations, events, failed } = await parseHistory(jepsen);
  expect({ events, failed }).toEqual({ events: 5, failed: 1 });
  expect(operations).toMatchObject([
    { process: 0, f: "write", value: 3, answer: 3, type: "ok", calledAt: 10, answeredAt: 13, line: 2, answeredLine: 5 },
    { process: 1, f: "read", value: null, type: "info", answeredAt: Number.POSITIVE_INFINITY },
  ]);
});

it("reads EDN in one vector, and takes the order of events where there is no time", async () => {
  const { operations } = await parseHistory(
    "[{:process 0 :type :invoke :f :read :value nil}\n {:process 0, :type :ok, :f :read, :value 1}]",
  );
  expect(operations).toMatchObject([{ process: 0, f: "read", answer: 1, calledAt: 1, answeredAt: 2 }]);
});

it.each([
  ["{:process 0, :type :invoke, :f :read", /line 1: the last line is torn: "\{" is never closed by "\}"/],
  ["{:process 0, :type}\n", /line 1: this is no EDN: a map has a key without a value; one map a line was expected/],
  [`{:process 0, :f ${"[".repeat(300)}\n`, /line 1: this is no EDN: brackets are nested more than 200 deep/],
])("refuses what is no EDN: %s", async (text, sentence) => {
  await expect(parseHistory(text)).rejects.toThrow(sentence);
});

it("a line that is cut by the pieces in which the bytes arrive is one line, even within a letter", async () => {
  const bytes = new TextEncoder().encode(
    '{"time":1,"process":0,"type":"invoke","f":"read","value":{"sku":"Gläser"}}\n',
  );
  const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
  const { operations } = await parseHistory(pieces);
  expect(operations).toMatchObject([{ value: { sku: "Gläser" } }]);
});
