// npm run build: the package as it is published, in dist/: JavaScript, types, README, and a package.json whose exports name
// the compiled files. Pack or publish that folder: npm pack ./apps/locks/dist
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const dist = join(folder, "dist");
rmSync(dist, { recursive: true, force: true });

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(folder, "tsconfig.build.json")], { stdio: "inherit" });

const {
  private: _,
  scripts,
  devDependencies,
  ...manifest
} = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const compiled = (source) => source.replace("./src/", "./").replace(/\.ts$/, ".js");
manifest.exports = Object.fromEntries(
  Object.entries(manifest.exports).map(([subpath, source]) => [subpath, compiled(source)]),
);
writeFileSync(join(dist, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
cpSync(join(folder, "README.md"), join(dist, "README.md"));
cpSync(join(folder, "../../LICENSE"), join(dist, "LICENSE"));
