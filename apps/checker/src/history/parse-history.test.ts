import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOperations } from "../check.ts";
import { parseHistory, readEvents } from "./parse-history.ts";
import { setupLine } from "./setup.ts";

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
    { process: 0, f: "write", value: 3, answer: 3, type: "ok", calledNs: 10, answeredNs: 13, line: 2, answeredLine: 5 },
    { process: 1, f: "read", value: null, type: "info", answeredNs: Number.POSITIVE_INFINITY },
  ]);
});

describe("events are ordered by their place, not by their time", () => {
  const line = (event: object) => `${JSON.stringify(event)}\n`;
  const write = { process: 0, f: "write", value: 1 };
  const read = { process: 1, f: "read", value: null };
  const verdict = async (text: string) =>
    checkOperations((await parseHistory(text)).operations, { model: "register" }).verdict;

  it("a clock that runs backwards by microseconds is no fault, and the read is still after the write", async () => {
    const text =
      line({ ...write, type: "invoke", time: 1_000 }) +
      line({ ...write, type: "ok", time: 9_000 }) +
      line({ ...read, type: "invoke", time: 7_000 }) +
      line({ ...read, type: "ok", time: 12_000 });
    const { operations } = await parseHistory(text);
    expect(operations[1]).toMatchObject({ calledNs: 9_000, answeredNs: 12_000 });
    // By their times the two would be concurrent, and nil could have been read.
    expect(await verdict(text)).toBe("not-linearizable");
  });

  it("by index where every event has one, in whatever order they are written", async () => {
    const events = [
      { ...write, type: "invoke", time: 0, index: 0 },
      { ...write, type: "ok", time: 0, index: 1 },
      { ...read, type: "invoke", time: 0, index: 3 },
      { ...read, type: "ok", value: 1, time: 0, index: 4 },
    ];
    for (const order of [
      [3, 1, 2, 0],
      [2, 3, 0, 1],
    ]) {
      expect(await verdict(order.map((at) => line(events[at] as object)).join(""))).toBe("linearizable");
    }
  });

  it("by place where one event has no index of its own", async () => {
    const text =
      line({ ...write, type: "invoke", time: 0, index: 5 }) +
      line({ ...write, type: "ok", time: 0, index: 5 }) +
      line({ ...read, type: "invoke", time: 0, index: 1 }) +
      line({ ...read, type: "ok", value: 1, time: 0, index: 2 });
    expect(await verdict(text)).toBe("linearizable");
  });
});

describe("EDN as Jepsen and people write it", () => {
  const call = "{:process 0 :type :invoke :f :read :value nil}";
  const answer = "{:process 0, :type :ok, :f :read, :value 1}";
  const texts: Record<string, string> = {
    "one vector": `[${call}\n ${answer}]`,
    "a list": `(${call} ${answer})`,
    "a comment before the vector": `; recorded\n;; twice\n[${call} ${answer}]`,
    "comments within the vector": `[; first\n ${call} ; } ] " \n; second\n${answer} ; end\n] ; after`,
    "a discarded map before the vector": `#_{:a 1}\n[${call} ${answer}]`,
    "discarded forms within the vector": `[#_{:process 9} ${call} #_ :kw #_"]" ${answer} #_#_ 1 [2] #_last]`,
    "discards within a map": `{:process 0 #_:x #_(1 2) :type :invoke :f :read #_#_:value 3 :value nil #_z} ${answer}`,
    "a discard over two lines": `#_\n${call.replace("0", "7")}\n${call}\n${answer}`,
    "tags, also of tags": `[#jepsen.history.Op${call} #a #b/c ${answer}]`,
    "a map over several lines": `{:process 0\n :type :invoke\n :f :read ; what\n :value nil}\n${answer}`,
    "a byte order mark and CRLF": `\uFEFF[${call}\r\n${answer}]\r\n`,
    "no bracket, two a line": `${call} ${answer}`,
    "a nemesis and a nil process": `[{:process :nemesis :type :info :f :kill} {:process nil :type :info :f :x} ${call} ${answer}]`,
    "an empty set and a character": `[${call} #_#{} #_\\[ #_\\newline ${answer}]`,
  };
  it.each(Object.entries(texts))("%s", async (_, text) => {
    const { operations } = await parseHistory(text);
    expect(operations).toMatchObject([{ process: 0, f: "read", value: null, answer: 1, type: "ok" }]);
  });

  const values: [string, unknown][] = [
    ["3N", 3],
    ["1.0M", 1],
    ["-2.5e3", -2500],
    ["9007199254740993N", "9007199254740993"],
    ["1/3", "1/3"],
    ["##Inf", Number.POSITIVE_INFINITY],
    ["\\a", "a"],
    ["\\(", "("],
    ["\\;", ";"],
    ["\\\\", "\\"],
    ["\\space", " "],
    ["\\u0041", "A"],
    ['"a\\n\\"b\\" \\u00e4 \\\\"', 'a\n"b" ä \\'],
    ["#{3 1 2}", [1, 2, 3]],
    ["(1 [2 #{}] nil)", [1, [2, []], null]],
    ["#:lock{:name 1 :other/x 2}", { "lock/name": 1, "other/x": 2 }],
    [":a.b/c", "a.b/c"],
    ['#inst "2020-01-01T00:00:00Z"', "2020-01-01T00:00:00Z"],
    ['#object[Foo 0x1f "Foo@1f"]', ["Foo", "0x1f", "Foo@1f"]],
    ["true", true],
  ];
  it.each(values)("the value %s", async (edn, value) => {
    const { operations } = await parseHistory(`{:process 0 :type :invoke :f :write :value ${edn}}`);
    expect(operations[0]?.value).toEqual(value);
  });

  it.each([
    ["{:process 0, :type :invoke, :f :read", /line 1: this is no EDN: "\{" is never closed by "\}"; one map for each/],
    ["{:process 0, :type}\n", /line 1: this is no EDN: a map has a key without a value; one map for each event/],
    [`{:process 0, :f ${"[".repeat(300)}\n`, /line 1: this is no EDN: forms are nested more than 200 deep/],
    ["[\n\n{:process 0, :type}]", /line 3: this is no EDN: a map has a key/],
    [`[${call}\n{:process "0" :type :invoke :f :read}]`, /line 2: the event needs "process" as an integer.*\{:time 0/],
  ])("refuses what is no event: %s", async (text, sentence) => {
    await expect(parseHistory(text)).rejects.toThrow(sentence);
  });
});

const event = fc.record({
  f: fc.constantFrom("read", "write"),
  value: fc.jsonValue({ maxDepth: 3 }),
  name: fc.string(),
});
const asEdn = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(asEdn).join(" ")}]`;
  if (value === null) return "nil";
  // An integer that a double cannot hold exactly stays text.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return (value as number).toExponential();
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, part]) => `${JSON.stringify(key)} ${asEdn(part)}`)}}`;
};
const opBody = (all: object, index: number) =>
  Object.entries({ time: index, process: index, type: "invoke", ...all })
    .map(([key, value]) => `:${key} ${asEdn(value)}`)
    .join(" ; a comment } ]\n #_{:a \\]} ");

it("the same events in every form, cut into pieces anywhere, are the same history", async () => {
  const forms: ((events: object[]) => string)[] = [
    (events) =>
      events.map((one, index) => JSON.stringify({ time: index, process: index, type: "invoke", ...one })).join("\n"),
    (events) => JSON.stringify(events.map((one, index) => ({ time: index, process: index, type: "invoke", ...one }))),
    (events) =>
      JSON.stringify(
        events.map((one, index) => ({ time: index, process: index, type: "invoke", ...one })),
        null,
        2,
      ),
    (events) => events.map((one, index) => `{${opBody(one, index)}}`).join("\n"),
    (events) => `; all of them\n[${events.map((one, index) => `#op {${opBody(one, index)}}`).join(", ")}]`,
  ];
  const histories = fc.array(event, { minLength: 1, maxLength: 5 });
  const sizes = fc.integer({ min: 1, max: 40 });
  await fc.assert(
    fc.asyncProperty(histories, sizes, fc.constantFrom(...forms), async (events, size, form) => {
      const bytes = new TextEncoder().encode(form(events));
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      const { operations } = await parseHistory(pieces);
      const expected = JSON.parse(JSON.stringify(events));
      expect(JSON.parse(JSON.stringify(operations.map(({ f, value }) => ({ f, value }))))).toEqual(
        expected.map(({ f, value }: { f: string; value: unknown }) => ({ f, value })),
      );
    }),
    { numRuns: 150 },
  );
});

it("any text is a history or is refused with a sentence", async () => {
  const soup = fc
    .array(
      fc.constantFrom(..."[]{}()#_;:\\\"' ,\n01aN/", "{:process 0", ":type :invoke", "#_", '{"time":', "nil", "\uFEFF"),
      {
        maxLength: 60,
      },
    )
    .map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(fc.oneof(soup, fc.string()), async (text) => {
      const error = await parseHistory(text).catch((thrown: Error) => thrown);
      if (error instanceof Error) expect(error.name).toBe("HistoryError");
    }),
    { numRuns: 500 },
  );
});

it("a set-up in JSON or EDN is told with the first events, and what else the nemesis does is passed over", async () => {
  const call = '{"time":0,"process":0,"type":"invoke","f":"read"}\n';
  const kill = '{"time":0,"process":"nemesis","type":"info","f":"kill","value":["n1"]}\n';
  const setup = { model: "stock", initial: { lamp: 2 } } as const;
  const edn = '{:process :nemesis, :type :info, :f :setup, :value {:model :stock, :initial {"lamp" 2}}}';
  for (const text of [kill + setupLine(setup) + kill + call, `[${edn} {:process 0 :type :invoke :f :read}]`]) {
    const { value: batch } = await readEvents(text).next();
    expect(batch?.setup).toEqual(setup);
    expect(batch?.events).toHaveLength(1);
  }
});

it("a line that is cut by the pieces in which the bytes arrive is one line, even within a letter", async () => {
  const bytes = new TextEncoder().encode(
    '{"time":1,"process":0,"type":"invoke","f":"read","value":{"sku":"Gläser"}}\n',
  );
  const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
  const { operations } = await parseHistory(pieces);
  expect(operations).toMatchObject([{ value: { sku: "Gläser" } }]);
});
