// Writes src/api/schema.d.ts from the API's own OpenAPI document, so that the storefront cannot disagree with it.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const document = execFileSync(process.execPath, ["--import", "tsx", "apps/api/src/print-openapi.ts"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 16 * 1024 * 1024,
});
const target = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));
writeFileSync(target, astToString(await openapiTS(JSON.parse(document))));
console.log("The storefront's types are written: src/api/schema.d.ts");
