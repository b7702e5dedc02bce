import { execFile } from "node:child_process";
import { access, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { system } from "@last-unit/stack/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const tsc = require.resolve("typescript/bin/tsc");
/** The version that this clone has installed, so that it comes from npm's cache. */
const installed = (name: string) => `${name}@${require(`${name}/package.json`).version}`;

let project = "";
const npm = (...args: string[]) =>
  run("npm", [...args, "--prefer-offline", "--no-audit", "--no-fund"], { cwd: project });
const installedFolder = () => join(project, "node_modules/@last-unit/locks");

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "last-unit-locks-"));
  await run(process.execPath, [join(folder, "build.mjs")]);
  const { stdout } = await npm("pack", join(folder, "dist"));
  const compilerOptions = { strict: true, module: "NodeNext", target: "ES2022", types: ["node"], skipLibCheck: true };
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module", private: true }));
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  await npm("install", `./${stdout.trim()}`, installed("redis"), installed("@types/node"));
}, 120_000);
afterAll(() => rm(project, { recursive: true, force: true }));

/** Compiles these examples of the README with `tsc --strict`, and runs them one by one on a real Redis. */
async function outputsOf(...examples: string[]): Promise<string[]> {
  for (const example of examples) {
    await cp(join(folder, "examples", `${example}.ts`), join(project, `${example}.ts`));
  }
  await run(process.execPath, [tsc, "-p", "."], { cwd: project });
  const urls = system.redis.map(({ url }) => url);
  const env = { ...process.env, REDIS_URL: urls[0], REDIS_URLS: urls.join(",") };
  const outputs: string[] = [];
  for (const example of examples) {
    const { stdout } = await run(process.execPath, [`${example}.js`], { cwd: project, env, timeout: 20_000 });
    outputs.push(stdout);
  }
  return outputs;
}

test("the README shows the examples as they are", async () => {
  const readme = await readFile(join(folder, "README.md"), "utf8");
  for (const file of await readdir(join(folder, "examples"))) {
    const example = await readFile(join(folder, "examples", file), "utf8");
    expect(readme, `examples/${file}`).toContain(`<!-- examples/${file} -->\n\`\`\`ts\n${example.trimEnd()}\n\`\`\``);
  }
});

test("the package imports nothing of this repository, and of the installed packages only each store's own client", async () => {
  const allowed: Record<string, string[]> = {
    redlock: ["ioredis", "redlock"],
    zookeeper: ["node-zookeeper-client"],
    dynamodb: ["@aws-sdk/client-dynamodb"],
  };
  const files = (await readdir(installedFolder(), { recursive: true })).filter((file) => file.endsWith(".js"));
  expect(files).toContain(join("redlock", "index.js"));
  for (const file of files) {
    const source = await readFile(join(installedFolder(), file), "utf8");
    const imported = [...source.matchAll(/(?:from|import|import\()\s*"([^"]+)"/g)].map(([, name]) => name ?? "");
    const foreign = imported.filter(
      (name) => !name.startsWith("./") && !name.startsWith("../") && !name.startsWith("node:"),
    );
    const own = allowed[file.split(/[/\\]/)[0] ?? ""] ?? [];
    expect(
      foreign.filter((name) => !own.includes(name)),
      file,
    ).toEqual([]);
  }
});

test("installed with node-redis alone: acquires, extends and releases", async () => {
  expect(await outputsOf("node-redis")).toEqual(["working\n"]);
  await expect(access(join(project, "node_modules/ioredis"))).rejects.toThrow();
}, 60_000);

test("installed with ioredis: one node and a quorum acquire, extend and release", async () => {
  await npm("install", installed("ioredis"));
  expect(await outputsOf("redis", "quorum")).toEqual(["working\n", "working\n"]);
  await expect(access(join(project, "node_modules/redlock"))).rejects.toThrow();
}, 60_000);

test("installed with ioredis and the package redlock: acquires and releases", async () => {
  await npm("install", "redlock@5.0.0-beta.2");
  expect(await outputsOf("redlock")).toEqual(["working\n"]);
}, 60_000);
