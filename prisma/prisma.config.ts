import { defineConfig } from "prisma/config";

// The CLI downloads a schema-engine binary even for `generate`, which never runs it. Any executable satisfies the check,
// so a machine without internet access can generate the client. `migrate.ts` uses the engine's WebAssembly build instead.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: "schema.prisma",
  migrations: { path: "migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "postgresql://localhost/last_unit" },
});
