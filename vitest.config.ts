import { defineConfig } from "vitest/config";

// The browser's tests are Playwright's (apps/storefront/e2e).
const elsewhere = ["**/node_modules/**", "**/dist/**", "apps/storefront/e2e/**"];

export default defineConfig({
  test: {
    reporters: process.env.CI ? ["default", "github-actions"] : ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [...elsewhere, "**/*.integration.test.ts", "**/*.more.test.ts"],
          // A limit for hanging tests only: on a busy machine, a test of pure functions can take some seconds.
          testTimeout: 60_000,
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
          // Limits for hanging tests only: with other work on both cores, an installation takes minutes.
          testTimeout: 120_000,
          hookTimeout: 300_000,
          globalSetup: "apps/stack/src/testing/global-setup.ts",
        },
      },
      {
        test: {
          // Needs servers that npm start does not: see scripts/test-more.mjs.
          name: "more",
          include: ["**/*.more.test.ts"],
          exclude: elsewhere,
          testTimeout: 120_000,
        },
      },
    ],
  },
});
