import { checkServer } from "@last-unit/prisma/check-server";
import { afterAll, describe, expect, test } from "vitest";
import { openOwnDatabase } from "../own-database.ts";
import { system } from "../system.ts";
import { canMakeCertificates, makeCertificate, openPostgresProxy } from "./postgres-proxy.ts";

const own = await openOwnDatabase();
afterAll(() => own.drop());

const at = (port: string, query = "") => {
  const url = new URL(own.url);
  Object.assign(url, { port, search: query });
  return url.href;
};
/** What the check says of a server, or nothing. */
const said = (url: string) => checkServer(url).catch((error: Error) => `${error.name}: ${error.message}`);

test("the system's own PostgreSQL is usable, and says how many connections are left", async () => {
  const room = await checkServer(own.url);
  expect(room).toBeGreaterThan(20);
  await own.admin.query(`ALTER ROLE ${own.name} CONNECTION LIMIT 6`);
  expect(await checkServer(own.url)).toBeLessThanOrEqual(6);
  await own.admin.query(`ALTER ROLE ${own.name} CONNECTION LIMIT -1`);
});

test("a schema that does not exist is refused with the statement that makes it", async () => {
  expect(await said(at(new URL(own.url).port, "?schema=nowhere"))).toMatch(
    /has no schema "nowhere"\. Type in psql: CREATE SCHEMA "nowhere"$/,
  );
});

test("a role that may not create tables is refused with the grant that it needs", async () => {
  await own.query("CREATE SCHEMA readers");
  await own.admin.query(`CREATE ROLE ${own.name}_reader LOGIN PASSWORD 'first' IN ROLE pg_monitor`);
  const url = new URL(own.url);
  Object.assign(url, { username: `${own.name}_reader`, search: "?schema=readers" });
  await own.query(`GRANT USAGE ON SCHEMA readers TO ${own.name}_reader`);
  expect(await said(url.href)).toMatch(
    /does not let the role own_\w+_reader create tables .* GRANT CREATE ON SCHEMA "readers"/,
  );
  await own.query(`DROP SCHEMA readers CASCADE`);
  await own.admin.query(`DROP ROLE ${own.name}_reader`);
});

test("a certificate file that is not there is named", async () => {
  expect(await said(at(new URL(own.url).port, "?sslmode=verify-full&sslrootcert=/nowhere.crt"))).toMatch(
    /cannot be asked: ENOENT.*\/nowhere\.crt.* Correct the file's name in DATABASE_URL\.$/,
  );
});

test("a read-only server is refused", async () => {
  await own.admin.query(`ALTER DATABASE ${own.name} SET default_transaction_read_only = on`);
  expect(await said(own.url)).toMatch(
    /^ServerNotUsable: The PostgreSQL at 127\.0\.0\.1:\d+ is read-only\. Use .*primary/,
  );
  await own.admin.query(`ALTER DATABASE ${own.name} RESET default_transaction_read_only`);
});

test.each([
  ["a wrong password", { password: "wrong" }, /rejects the connection: password authentication failed .*\(28P01\)\.$/],
  ["a database that does not exist", { pathname: "/nowhere" }, /database "nowhere" does not exist \(3D000\)\.$/],
  ["a port where nothing listens", { port: "1" }, /127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/],
  [
    "TLS, which the server does not offer",
    { search: "?sslmode=require" },
    /does not offer TLS, which DATABASE_URL requires/,
  ],
])("%s: the reason in one sentence, without the password", async (_what, change, sentence) => {
  const url = new URL(own.url);
  Object.assign(url, change);
  const message = await said(url.href);
  expect(message).toMatch(sentence);
  expect(message).not.toContain(url.password);
});

describe.skipIf(!canMakeCertificates)("over TLS", () => {
  test("a self-signed certificate is refused, with the remedy, which works", async () => {
    const certificate = makeCertificate();
    const proxy = await openPostgresProxy(system.postgres.url, certificate);
    try {
      expect(await said(at(proxy.port, "?sslmode=require"))).toMatch(/unknown authority\. Add sslrootcert=FILE/);
      expect(await said(at(proxy.port, `?sslmode=require&sslrootcert=${certificate.file}`))).toBeTypeOf("number");
    } finally {
      proxy.close();
      certificate.remove();
    }
  });

  test("an expired certificate is refused, also with its authority", async () => {
    const certificate = makeCertificate({ expired: true });
    const proxy = await openPostgresProxy(system.postgres.url, certificate);
    try {
      expect(await said(at(proxy.port, `?sslmode=verify-full&sslrootcert=${certificate.file}`))).toMatch(
        /has a TLS certificate that has expired\. Renew it on the server\.$/,
      );
    } finally {
      proxy.close();
      certificate.remove();
    }
  });
});
