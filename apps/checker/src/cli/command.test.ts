import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { eventsOf, type Lines, reserve, write } from "../../test/history.ts";
import { historyLine } from "../history/record.ts";
import { setupLine } from "../history/setup.ts";
import { main } from "./main.ts";
import { readHistory } from "./read-history.ts";

const command = fileURLToPath(new URL("../../bin/last-unit-check.mjs", import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "last-unit-check-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command as a person does. */
function run(args: string[], input?: string | Uint8Array): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], { timeout: 30_000 });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      err += data;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
    // A command that refuses its input early closes the pipe.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const text = (...calls: Lines[]) =>
  eventsOf(...calls)
    .map(historyLine)
    .join("");
const stock = ["--model", "stock", "--initial", "lamp=1"];
const sold = text(reserve(1, [0, 5], [1]), reserve(2, [6, 9], "sold-out"));
const soldTwice = text(reserve(1, [0, 5], [1]), reserve(2, [2, 9], [1]));

describe.concurrent("the command", { timeout: 30_000 }, () => {
  it("exits with 0 for a linearizable history, read from a file", async () => {
    const { code, out, err } = await run([await file("sold.jsonl", sold), ...stock]);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: "Linearizable: 2 operations checked.\n",
      err: "",
    });
  });

  it("exits with 1 where none does, with the counterexample in words, and draws it", async () => {
    const svg = join(folder, "out.svg");
    const { code, out } = await run([await file("twice.jsonl", soldTwice), ...stock, "--svg", svg]);
    expect(code).toBe(1);
    expect(out).toContain("Buyer 1 and buyer 2 were both sold unit 1");
    expect(await readFile(svg, "utf8")).toMatch(/^<svg [\s\S]*✗ reserve 1 lamp[\s\S]*<\/svg>$/);
  });

  it("reads standard input and gzip, and prints JSON", async () => {
    const { code, out } = await run([...stock, "--json"], gzipSync(soldTwice));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      verdict: "not-linearizable",
      operations: 2,
      counterexample: { isMinimal: true, operations: [{ process: 1 }, { process: 2 }] },
    });
  });

  it("exits with 3 where a bound was reached, and says which", async () => {
    const writes = Array.from({ length: 30 }, (_, index) => write(index, [0, 100], index));
    const history = text(...writes, { process: 99, from: 1, to: 99, f: "read", answer: -1 });
    const { code, out } = await run(["--model", "register", "--time", "0.2"], history);
    expect(code).toBe(3);
    expect(out).toContain("used up its 0.2 s of time");
  });

  it("checks by the conditions alone where that is asked for", async () => {
    const good = await run([await file("good.jsonl", sold), ...stock, "--conditions"]);
    expect(good).toMatchObject({
      code: 3,
      out: expect.stringContaining("the conditions that need no search all hold"),
    });
    const bad = await run([await file("bad.jsonl", soldTwice), ...stock, "--conditions"]);
    expect(bad).toMatchObject({ code: 1, out: expect.stringContaining("were both sold unit 1") });
  });

  it("takes the model and the initial stock from the history's first line, and flags before it", async () => {
    const named = await file("named.jsonl", setupLine({ model: "stock", initial: { lamp: 1 } }) + soldTwice);
    expect(await run([named])).toMatchObject({ code: 1, out: expect.stringContaining("both sold unit 1") });
    const other = await file("other.jsonl", setupLine({ model: "stock", initial: { lamp: 9 } }) + sold);
    expect((await run([other])).code).toBe(1);
    expect((await run([other, "--initial", "lamp=1"])).code).toBe(0);
    const mutex = await run([named, "--model", "mutex"]);
    expect(mutex).toMatchObject({ code: 2, err: expect.stringContaining("the model mutex has no operation") });
  });

  it("checks megabytes of one array on one line, and of EDN in one vector", async () => {
    const calls = Array.from({ length: 20_000 }, (_, n) => [
      { process: n % 7, type: "invoke", f: "write", value: n, time: n * 10 },
      { process: n % 7, type: "ok", f: "write", value: n, time: n * 10 + 5 },
    ]).flat();
    const padding = "x".repeat(130);
    const json = JSON.stringify(calls.map((event) => ({ ...event, padding })));
    const edn = calls.map(
      ({ process, type, f, value, time }) =>
        `{:process ${process}, :type :${type}, :f :${f}, :value ${value}, :time ${time}, :padding "${padding}"}`,
    );
    expect(json.length).toBeGreaterThan(8_000_000);
    for (const text of [json, `[${edn.join(" ")}]`]) {
      expect(await run(["--model", "register"], text)).toMatchObject({
        code: 0,
        out: expect.stringContaining("20,000 operations checked"),
      });
    }
  }, 60_000);

  it("says what it takes", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    expect(out).toContain("last-unit-check [FILE] --model MODEL");
  });
});

const line = (time: number, process: number, type: string, value: unknown, f = "reserve") =>
  `${JSON.stringify({ time, process, type, f, value })}\n`;
const lamp = { sku: "lamp", quantity: 1 };
const call = line(0, 1, "invoke", lamp);
const done = { outcome: "reserved" };

/** What is wrong, the input, and what the sentence must say. */
const badInputs: [string, string | Uint8Array, RegExp][] = [
  ["an empty file", "", /: the history is empty; at least one event was expected: one JSON object a line, .*"invoke"/],
  ["only blank lines", "\n\n", /the history is empty/],
  [
    "a torn last line",
    call + line(1, 1, "ok", done).slice(0, 30),
    /line 2: the last line is torn: .* JSON object a line was/,
  ],
  ["a torn line within", `${call.slice(0, 20)}\n${call}`, /line 1: .* is no JSON; one JSON object a line was expected/],
  ["an ok without an invoke", call + line(1, 2, "ok", done), /line 2: "ok" of process 2 without an "invoke" before it/],
  [
    "two open calls of a process",
    call + line(1, 1, "invoke", lamp),
    /line 2: process 1 calls reserve while its reserve of line 1 is open/,
  ],
  [
    "a process that acts after its info",
    call + line(1, 1, "info", null) + line(2, 1, "invoke", lamp),
    /line 3: process 1 acts again after its "info" on line 2/,
  ],
  [
    "an answer to another call",
    call + line(1, 1, "ok", { stock: 1 }, "read"),
    /line 2: "ok" of "read" where process 1 had called "reserve"/,
  ],
  [
    "a negative quantity",
    line(0, 1, "invoke", { sku: "lamp", quantity: -1 }),
    /line 1: "quantity" of the value of reserve is -1; an integer of at least 1 was expected/,
  ],
  [
    "no quantity",
    line(0, 1, "invoke", { sku: "lamp" }),
    /line 1: "quantity" of the value of reserve is none; an integer/,
  ],
  [
    "an unknown outcome",
    call + line(1, 1, "ok", { outcome: "maybe" }),
    /line 2: "outcome" of the answer to reserve is "maybe"; "reserved" or "sold-out" was expected/,
  ],
  [
    "fewer unit numbers than units",
    call + line(1, 1, "ok", { outcome: "reserved", units: [] }),
    /line 2: "units" of the answer to reserve is \[\]; as many numbers as the quantity, 1, was expected/,
  ],
  [
    "a SKU without an initial stock",
    line(0, 1, "invoke", { sku: "chair", quantity: 1 }),
    /line 1: the initial stock of "chair" is not known; it was expected as chair=1/,
  ],
  [
    "an unknown operation",
    line(0, 1, "invoke", null, "dance"),
    /line 1: the model stock has no operation "dance"; it has reserve, give-back, read/,
  ],
  [
    "an unknown type",
    line(0, 1, "perhaps", lamp),
    /line 1: the event needs "type" as one of invoke, ok, fail, info, and has "perhaps"/,
  ],
  [
    "a time that is no integer",
    `{"time":0.5,"process":1,"type":"invoke","f":"reserve"}\n`,
    /line 1: the event needs "time" as integer nanoseconds, and has 0\.5/,
  ],
  [
    "a list instead of an event",
    "[1, 2]\n",
    /line 1: "\[1, 2\]" is no event; one JSON object a line, a JSON array of them, or Jepsen's EDN was expected/,
  ],
  [
    "binary noise",
    Uint8Array.from({ length: 4096 }, (_, index) => (index * 131 + 17) % 256),
    /line \d+: these bytes are no UTF-8 text/,
  ],
  ["a damaged gzip", gzipSync(call).subarray(0, 20), /line 1: the gzip data ends early or is damaged/],
  ["a line without an end", `${call}{"${"x".repeat(2_000_000)}`, /line 2: the line has more than a million characters/],
  ["a comment without an end", `;${"x".repeat(2_000_000)}`, /line 1: the event has more than a million characters/],
  ["a million characters of nothing", " ".repeat(2_000_000), /line 1: the file begins with blanks only/],
  ["text of no form", "hello\n", /line 1: "hello" is no event; .* such as \{"time":0,.* or \{:time 0/],
  [
    "an array that is cut off",
    `[${call},\n${call.trim()}`,
    /line 3: the file ends before the array is closed by "]"; an array of/,
  ],
  [
    "an array with a comma too many",
    `[${call.trim()},]`,
    /line 1: an event is missing before "]"; an array of JSON objects/,
  ],
  ["something after an array", `[${call.trim()}]\n{}`, /line 2: "\{" comes after the end of the array/],
  ["an array of what is no event", "[{}]", /line 1: the event needs "time"/],
  [
    "an array with an event that is no JSON",
    `[\n{"time": tomorrow}]`,
    /line 2: .* is no JSON; an array of JSON objects/,
  ],
  [
    "values nested deep",
    `${call.trim().slice(0, -1)},"x":${"[".repeat(5000)}${"]".repeat(5000)}}\n`,
    /line 1: values are nested more than 200/,
  ],
  [
    "an array nested deep",
    `[${call.trim().slice(0, -1)},"x":${"[".repeat(400_000)}`,
    /line 1: (values are nested|the file ends before)/,
  ],
  [
    "EDN tags nested deep",
    `{:process 0 :value ${"#a ".repeat(100_000)}}`,
    /line 1: this is no EDN: forms are nested more than 200 deep/,
  ],
  [
    "EDN discards nested deep",
    `${"#_ ".repeat(100_000)}`,
    /line 1: this is no EDN: forms are nested more than 200 deep/,
  ],
  [
    "EDN that is cut off in its vector",
    "[{:process 0, :type :invoke, :f :read}\n",
    /line 2: the file ends before its bracket is closed; one map/,
  ],
  [
    "EDN with a bracket too many",
    "{:process 0, :type :invoke, :f :read}}",
    /line 1: this is no EDN: "}" was not expected here; one map/,
  ],
  [
    "a setup with another model",
    setupLine({ model: "tower" as "stock" }) + call,
    /line 1: the setup has the model "tower"; one of stock/,
  ],
  [
    "a second setup",
    setupLine({ model: "stock" }) + call + setupLine({ model: "stock" }),
    /line 3: a setup comes once, before the first event/,
  ],
];

/** Runs it in this process: many small ones. */
async function runHere(args: string[]): Promise<Ran> {
  const said = { log: vi.spyOn(console, "log"), error: vi.spyOn(console, "error") };
  const lines = { out: "", err: "" };
  said.log.mockImplementation((line) => {
    lines.out += line;
  });
  said.error.mockImplementation((line) => {
    lines.err += line;
  });
  try {
    return { code: await main(args), ...lines };
  } finally {
    said.log.mockRestore();
    said.error.mockRestore();
  }
}

describe("bad input: one sentence with the line, exit code 2, no verdict", () => {
  it.each(badInputs)("%s", async (_, input, sentence) => {
    const path = await file("bad", input);
    const { code, out, err } = await runHere([path, ...stock]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(sentence);
    expect(err.startsWith(`${path}: `)).toBe(true);
    expect(err.split("\n")).toHaveLength(1);
  });

  const sampleFile = fileURLToPath(new URL("../../test/sample.jsonl", import.meta.url));
  it.each([
    ["no model", [sampleFile], /--model is missing, and the history does not state it; one of stock, mutex, register/],
    ["an unknown model", ["--model", "tower"], /There is no model "tower"; one of stock, mutex, register was expected/],
    ["an unknown flag", ["--modle", "stock"], /Unknown option '--modle'/],
    [
      "an initial stock without a number",
      ["--model", "stock", "--initial", "lamp"],
      /--initial is "lamp"; a name and a value were expected/,
    ],
    [
      "a negative initial stock",
      ["--model", "stock", "--initial", "lamp=-1"],
      /--initial has "-1"; a whole number was expected/,
    ],
    ["a file that is not there", ["nowhere.jsonl", "--model", "stock"], /^nowhere\.jsonl: there is no such file/],
    ["a folder", [tmpdir(), "--model", "stock"], /this is a folder; a file was expected/],
  ])("%s", async (_, args, sentence) => {
    const { code, out, err } = await runHere(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(sentence);
    expect(err.split("\n")).toHaveLength(1);
  });
});

describe("a history that is too large to keep", () => {
  const options = {
    model: "stock",
    modelOptions: { initial: { lamp: 1 } },
    conditions: false,
    json: false,
    timeMs: 1,
    memoryMb: 1,
  } as const;
  const read = (history: string, model: "stock" | "mutex" = "stock") =>
    readHistory(history, { ...options, model }, () => {}, 2);

  it("of a stock is checked by the conditions while it is read", async () => {
    const good = text(reserve(1, [0, 5], [1]), reserve(2, [6, 9], "sold-out"), reserve(3, [7, 9], "sold-out"));
    expect(await read(good)).toMatchObject({ kind: "streamed", operations: 3, report: { violations: [] } });
    const bad = text(reserve(1, [0, 5], [1]), reserve(2, [6, 9], "sold-out"), reserve(3, [7, 9], [1]));
    const checked = await read(bad);
    expect(checked.kind === "streamed" && checked.report.violations.map(({ condition }) => condition)).toEqual([
      "unit-sold-twice",
      "oversold",
    ]);
  });

  it("of another model is refused with the reason", async () => {
    const locks = [0, 1, 2].map((n): Lines => ({ process: n, from: n, to: n + 5, f: "acquire", value: { lock: "a" } }));
    await expect(read(text(...locks), "mutex")).rejects.toThrow(
      /line 6: the history has more than 2 operations; the model mutex can only be checked by a search, which keeps them all/,
    );
  });
});
