import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";
import { PostgresAdapter } from "./adapter.ts";

const folder = dirname(fileURLToPath(import.meta.url));

/**
 * Applies the migrations that the database does not have yet, and returns their names.
 *
 * It runs Prisma's own schema engine in its WebAssembly build, so no binary is downloaded; the `_prisma_migrations` table
 * is the standard one, and `prisma migrate deploy` agrees with it. Two callers at once are safe: the engine serialises
 * them with an advisory lock of its own.
 *
 * `upTo` names the last migration to apply, for a test that upgrades from there.
 *
 * @throws the engine's error when a migration fails; a failed migration is recorded and blocks later ones.
 */
export async function migrate(databaseUrl: string, { upTo }: { upTo?: string } = {}): Promise<string[]> {
  const engine = await openEngine(databaseUrl);
  const { appliedMigrationNames } = await engine.applyMigrations({
    migrationsList: await readMigrations(upTo),
    filters: { externalTables: [], externalEnums: [] },
  });
  return appliedMigrationNames;
}

/** The SQL that leads from an empty database to the schema file; the start of a new migration. */
export async function schemaAsSql(databaseUrl: string): Promise<string> {
  const engine = await openEngine(databaseUrl);
  const { stdout } = await engine.diff({
    from: { tag: "empty" },
    to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: await readSchema() }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout ?? "";
}

async function openEngine(databaseUrl: string): Promise<engineModule.SchemaEngine> {
  loaded ??= loadWasm();
  await loaded;
  const adapter = bindMigrationAwareSqlAdapterFactory(new PostgresAdapter({ connectionString: databaseUrl }));
  return engineModule.SchemaEngine.new({ datamodels: [["schema.prisma", await readSchema()]] }, () => {}, adapter);
}

// Once in a process: the module keeps its instance in a global, and a second instance would pull it from under the first.
let loaded: Promise<void> | undefined;

async function loadWasm(): Promise<void> {
  const require = createRequire(import.meta.url);
  const wasmFile = join(
    dirname(require.resolve("@prisma/schema-engine-wasm/schema_engine_bg")),
    "schema_engine_bg.wasm",
  );
  const { instance } = await WebAssembly.instantiate(await readFile(wasmFile), {
    "./schema_engine_bg.js": engineModule as unknown as WebAssembly.ModuleImports,
  });
  const wasm = instance.exports as { __wbindgen_start?: () => void };
  (engineModule as unknown as { __wbg_set_wasm(exports: unknown): void }).__wbg_set_wasm(wasm);
  wasm.__wbindgen_start?.();
}

const readSchema = () => readFile(join(folder, "schema.prisma"), "utf8");

async function readMigrations(upTo?: string) {
  const baseDir = join(folder, "migrations");
  const names = (await readdir(baseDir, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && (upTo === undefined || entry.name <= upTo),
  );
  const migrationDirectories = names.map(async ({ name }) => ({
    path: name,
    migrationFile: {
      path: "migration.sql",
      content: { tag: "ok" as const, value: await readFile(join(baseDir, name, "migration.sql"), "utf8") },
    },
  }));
  return {
    baseDir,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(join(baseDir, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: (await Promise.all(migrationDirectories)).sort((a, b) => a.path.localeCompare(b.path)),
  };
}
