import { expect, test } from "vitest";
import { cases } from "./cases/index.ts";
import { readArguments } from "./main.ts";

test("without flags: every package and every case", () => {
  expect(readArguments([])).toMatchObject({ only: undefined, cases, isQuick: false, record: false });
});

test("names and numbers are chosen", () => {
  const chosen = readArguments(["--only", "redlock-5,quorum", "--case", "4,13", "--quick"]);
  expect(chosen).toMatchObject({
    only: ["redlock-5", "quorum"],
    cases: [{ number: 4 }, { number: 13 }],
    isQuick: true,
  });
});

test.each([
  [["--nosuch"], /nosuch/],
  [["stray"], /stray/],
  [["--only", "redlok"], /--only redlok: there is redlock-4, redlock-5/],
  [["--case", "14"], /--case 14: the cases are 1 to 13/],
  [["--case", "4,"], /--case : the cases are/],
  [["--adapter", "a.mjs", "--only", "quorum"], /--only has no meaning/],
  [["--record", "--quick"], /--record keeps a full run/],
])("%j is refused with the list of flags, and exit code 2", (args, sentence) => {
  const refused = readArguments(args as string[]);
  expect(refused).toMatchObject({ exitCode: 2, text: expect.stringMatching(sentence) });
  expect(refused).toMatchObject({ text: expect.stringContaining("--adapter FILE") });
});
