import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findProgram } from "../../src/programs/find.ts";
import { startSystem } from "../../src/system.ts";
import { openHome, runInSomeWay } from "./run-server.ts";

const servers = await openHome();
afterAll(() => servers.close());

test("PostgreSQL before 18: the start ends with the version that is there and the one that is needed", async () => {
  const older = await findProgram("older-postgres");
  if (!older) throw new Error("There is no PostgreSQL from 13 to 17.");
  const data = join(servers.home, "data");
  await mkdir(data, { mode: 0o700 });
  const runAs = await runInSomeWay(
    join(dirname(older.path), "initdb"),
    [`--pgdata=${data}`, "--username=shop", "--auth=trust", "--encoding=UTF8", "--no-locale"],
    [servers.home, data],
  );
  const port = await servers.start("older-postgres", runAs, older.path, (port) => [
    ...["-D", data, "-c", "listen_addresses=127.0.0.1", "-c", `port=${port}`, "-c", "unix_socket_directories="],
  ]);
  const databaseUrl = `postgresql://shop@127.0.0.1:${port}/postgres`;
  const start = startSystem({ home: join(servers.home, "shop"), given: { databaseUrl, zookeeper: false } });
  await expect(start).rejects.toThrow(
    `The PostgreSQL at 127.0.0.1:${port} has version ${older.version}; 18 or newer is needed. Without DATABASE_URL, a PostgreSQL 18 is started for you.`,
  );
});
