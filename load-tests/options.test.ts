import { describe, expect, test } from "vitest";
import { parseOptions, UsageError } from "./options.ts";

describe("the flags of npm run load", () => {
  test("without flags, far fewer units than buyers are for sale and the race's window is open", () => {
    const options = parseOptions([]);
    expect(options.stock).toBeLessThan(options.buyers / 2);
    expect(options.thinkTimeMs).toBeGreaterThan(0);
    expect(options.strategies).toBeUndefined();
    expect(options.rounds).toBe(3);
  });

  test("--quick is smaller, and a flag beside it still counts", () => {
    const options = parseOptions(["--quick", "--buyers", "50"]);
    expect(options.buyers).toBe(50);
    expect(options.rounds).toBe(1);
    expect(options.stock).toBeLessThan(parseOptions([]).stock);
  });

  test("strategies are listed with commas, each once", () => {
    expect(parseOptions(["--strategies", "row-lock, unlocked,row-lock"]).strategies).toEqual(["row-lock", "unlocked"]);
  });

  test("an address loses its trailing slash", () => {
    expect(parseOptions(["--url", "http://localhost:3000/"]).url).toBe("http://localhost:3000");
  });

  test.each([
    [["--buyers", "0"]],
    [["--buyers", "1.5"]],
    [["--buyers=-1"]],
    [["--buyers", "1e9"]],
    [["--buyers", ""]],
    [["--clients", "1001"]],
    [["--stock", "many"]],
    [["--think-time", "2001"]],
    [["--strategies", ","]],
    [["--url", "localhost:3000"]],
    [["--url", "http://a", "--stack-file", "b"]],
    [["--frobnicate"]],
    [["--buyers"]],
    [["stray"]],
  ])("%j is refused in one sentence", (args) => {
    let refusal: unknown;
    try {
      parseOptions(args);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(UsageError);
    expect((refusal as Error).message).toMatch(/^[^\n]+[.]$/);
  });
});
