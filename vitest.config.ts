import { defineConfig } from "vitest/config";

// The browser's tests are Playwright's (apps/storefront/e2e), and reports are no sources.
const elsewhere = ["**/node_modules/**", "**/dist/**", "apps/storefront/e2e/**", "load-tests/reports/**"];

export default defineConfig({
  test: {
    reporters: process.env.CI ? ["default", "github-actions"] : ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [...elsewhere, "**/*.integration.test.ts"],
        },
      },
      {
        test: {
          name: "integration",
          include: ["**/*.integration.test.ts"],
          exclude: elsewhere,
          // One PostgreSQL and one set of lock nodes for all: files in turn, so that no test shares its load with another.
          pool: "forks",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          globalSetup: "apps/api/test/global-setup.ts",
        },
      },
    ],
  },
});
