import { access } from "node:fs/promises";
import { join } from "node:path";
import { fingerprint, readStamp, writeStamp } from "./fingerprint.mjs";
import { runStep } from "./run-step.mjs";

/** What is made from sources, in order. Each step is left out while nothing that it reads has changed. */
const steps = [
  {
    name: "prisma-client",
    what: "generating the Prisma client",
    reads: ["prisma/schema.prisma", "prisma/prisma.config.ts", "package-lock.json"],
    makes: "prisma/generated/client.ts",
    command: (root) => [
      process.execPath,
      [join(root, "node_modules/prisma/build/index.js"), "generate"],
      { cwd: join(root, "prisma") },
    ],
  },
  {
    name: "api",
    what: "building the API",
    reads: ["apps/api", "apps/checker", "apps/locks", "prisma", "package-lock.json"],
    makes: "apps/api/dist/main.js",
    command: (root) => [process.execPath, ["apps/api/build.mjs"], { cwd: root }],
  },
  {
    name: "storefront",
    what: "building the storefront",
    reads: ["apps/storefront", "apps/api/src", "tsconfig.json", "package-lock.json"],
    makes: "apps/storefront/dist/index.html",
    // A test that starts a command has NODE_ENV=test, with which React's development build would be bundled.
    command: (root) => [
      "npm",
      ["run", "build", "--silent"],
      { cwd: join(root, "apps/storefront"), env: { NODE_ENV: "production" } },
    ],
  },
];

/**
 * @param {string} root the clone
 * @param {string[]} names of the steps that are wanted
 * @param {(line: string) => void} say
 */
export async function build(root, names, say) {
  for (const { name, what, reads, makes, command } of steps) {
    if (!names.includes(name)) continue;
    const now = await fingerprint(root, reads);
    const isThere = await access(join(root, makes)).then(
      () => true,
      () => false,
    );
    if (isThere && (await readStamp(root, name)) === now) continue;
    await runStep(what, command(root), say);
    await writeStamp(root, name, now);
  }
}
