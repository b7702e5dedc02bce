import { randomBytes } from "node:crypto";
import { migrate } from "@last-unit/prisma/migrate";
import pg from "pg";
import { system } from "./system.ts";

/** A role and a migrated, empty database of a test's own on the system's server: no replica of the system sweeps there. */
export async function openOwnDatabase() {
  const name = `own_${randomBytes(4).toString("hex")}`;
  const admin = new pg.Client({ connectionString: system.postgres.url });
  await admin.connect();
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'first'`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
  const url = new URL(system.postgres.url);
  Object.assign(url, { username: name, password: "first", pathname: `/${name}` });
  await migrate(url.href);

  return {
    /** Of the role and of the database. */
    name,
    url: url.href,
    /** A session of the system's superuser, elsewhere. */
    admin,
    async query(text: string, values?: unknown[]) {
      const owner = new pg.Client({ connectionString: url.href });
      await owner.connect();
      try {
        return await owner.query(text, values);
      } finally {
        await owner.end();
      }
    },
    async drop() {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.query(`DROP ROLE ${name}`);
      await admin.end();
    },
  };
}
