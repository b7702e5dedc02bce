import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("every relative link in README, CONTRIBUTING and docs leads to a file and a heading", async () => {
  const inDocs = (await readdir(join(root, "docs"), { recursive: true })).filter((path) => path.endsWith(".md"));
  const pages = ["README.md", "CONTRIBUTING.md", ...inDocs.map((path) => join("docs", path))];
  expect((await Promise.all(pages.map(deadLinks))).flat()).toEqual([]);
});

test("docs/decisions/README.md lists every record under its title", async () => {
  const folder = join(root, "docs/decisions");
  const index = await readFile(join(folder, "README.md"), "utf8");
  const records = (await readdir(folder)).filter((name) => /^\d{4}-.*\.md$/.test(name));
  const missing: string[] = [];
  for (const name of records) {
    const [heading = ""] = (await readFile(join(folder, name), "utf8")).split("\n");
    const line = `- [${heading.replace(/^# /, "")}](${name})`;
    if (!index.split("\n").includes(line)) missing.push(line);
  }
  expect(missing).toEqual([]);
});

async function deadLinks(page: string): Promise<string[]> {
  const text = await readProse(join(root, page));
  const dead: string[] = [];
  for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (!/^[a-z]+:/.test(target) && !(await leadsSomewhere(page, target))) dead.push(`${page}: ${target}`);
  }
  return dead;
}

async function leadsSomewhere(page: string, target: string): Promise<boolean> {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? join(root, page) : resolve(join(root, dirname(page)), path);
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists || anchor === undefined) return exists;
  const headings = [...(await readProse(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  return headings.includes(anchor);
}

/** A page without its code blocks. */
const readProse = async (file: string) => (await readFile(file, "utf8")).replaceAll(/^```.*?^```/gms, "");

/** A heading's anchor, as GitHub derives it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
