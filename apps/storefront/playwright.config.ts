import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/support/start.ts",
  // Files side by side, on one system; no test uses what another one changes.
  workers: 2,
  fullyParallel: false,
  // A limit for hanging tests only: with other work on both cores, some take more than a minute.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  outputDir: "test-results",
  use: { locale: "en-GB", trace: "retain-on-failure" },
});
