import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const { scripts } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as { scripts: Record<string, string> };

describe.each(Object.entries(scripts))("npm run %s", (name, line) => {
  const [, file = ""] = /^exec node (scripts\/[\w-]+\.mjs)$/.exec(line) ?? [];
  const tooMany = ["service", "check-history", "test:strategy", "grade", "workshop"].includes(name) ? [] : [["stray"]];

  test("--help: its flags, and exit code 0", async () => {
    expect(await run(file, ["--help"])).toEqual({ code: 0, out: expect.stringContaining("--help"), err: "" });
  });

  test.each([["--nosuch"], ...tooMany])("%s is refused with the list of flags, and exit code 2", async (argument) => {
    const { code, out, err } = await run(file, [argument]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(argument);
    expect(err).toContain("--help");
  });
});

test.each([["nosuch"], ["red"], ["lock+row-lock"]])("test:strategy %s is refused with the names", async (name) => {
  const { code, err } = await run("scripts/test-strategy.mjs", [name]);
  expect(code).toBe(2);
  expect(err).toMatch(/There are unlocked, row-lock, .*zookeeper\+fencing\./);
});

test("the table of commands has every npm script", async () => {
  const { out } = await run("scripts/help.mjs", []);
  for (const name of Object.keys(scripts)) expect(out).toMatch(new RegExp(`npm (run )?${name} `));
});

test.each([
  ["--port", "0x50", /PORT=0x50 is not a whole number/],
  ["--replicas", "0", /REPLICAS=0 is not a whole number/],
])("npm start %s %s is refused as the environment's value is", async (flag, value, sentence) => {
  const { code, err } = await run("scripts/start.mjs", [flag, value]);
  expect(code).not.toBe(0);
  expect(err).toMatch(sentence);
});

test("npm run dev --vite-port 0x50 is refused before anything starts", async () => {
  const { code, out, err } = await run("scripts/dev.mjs", ["--vite-port", "0x50"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("--vite-port=0x50 is not a whole number");
});

test.each([
  ["12", 2, /--screen=12 is not a size such as 1280x720/],
  ["1280x720", 1, /nothing runs in .*→ npm start/s],
])(
  "npm run doctor -- --stage --screen %s, while nothing runs: exit code %i and what to do",
  async (size, code, words) => {
    const ran = await run("scripts/doctor.mjs", ["--stage", "--screen", size], {
      LAST_UNIT_HOME: "/nowhere",
      PORT: "1",
    });
    expect(ran.code).toBe(code);
    expect(ran.out + ran.err).toMatch(words);
  },
);

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

function run(file: string, args: string[], variables: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      env: { ...process.env, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ran = { out: "", err: "" };
    child.stdout.on("data", (part) => {
      ran.out += part;
    });
    child.stderr.on("data", (part) => {
      ran.err += part;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...ran }));
  });
}
