import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile } from "./compile.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "last-unit-compile-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function compiled(text: string): Promise<string> {
  const file = join(folder, "checkout.ts");
  await writeFile(file, text);
  return compile(file);
}

test("types are left out, and files beside it are included", async () => {
  await writeFile(join(folder, "helper.ts"), "export const two: number = 2;");
  const text =
    'import type pg from "pg"; import { two } from "./helper.ts"; export const checkout = async (x: pg.Pool) => two;';
  expect(await compiled(text)).toContain("var two = 2");
});

test.each([
  ["export async function checkout( {", "DOES_NOT_COMPILE", /checkout\.ts:1:/],
  ['import pg from "pg"; export const checkout = pg;', "DOES_NOT_COMPILE", /"pg" cannot be imported here/],
  ['export const checkout = () => import("node:fs");', "DOES_NOT_COMPILE", /"node:fs" cannot be imported here/],
  ['import { x } from "./absent.ts"; export const checkout = x;', "DOES_NOT_COMPILE", /absent/],
])("%s cannot be judged", async (text, code, message) => {
  await expect(compiled(text)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("an absent file cannot be judged", async () => {
  await expect(compile(join(folder, "nowhere.ts"))).rejects.toMatchObject({ code: "NO_FILE" });
});
