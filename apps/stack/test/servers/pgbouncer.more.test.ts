import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findProgram } from "../../src/programs/find.ts";
import { startSystem } from "../../src/system.ts";
import { openHome, runInSomeWay } from "./run-server.ts";

const servers = await openHome();
const system = await startSystem({
  home: join(servers.home, "shop"),
  backingServicesOnly: true,
  given: { zookeeper: false },
});
afterAll(async () => {
  await system.stop();
  await servers.close();
});

test("PgBouncer: the start ends with what it rejects and the remedy", async () => {
  const pgbouncer = await findProgram("pgbouncer");
  if (!pgbouncer) throw new Error("There is no PgBouncer.");
  const { hostname, port: serverPort, username, password, pathname } = new URL(system.file.postgres.url);
  const runAs = await runInSomeWay(pgbouncer.path, ["--version"], [servers.home]);
  const port = await servers.start("pgbouncer", runAs, pgbouncer.path, async (port) => {
    const [users, settings] = [join(servers.home, "users.txt"), join(servers.home, "pgbouncer.ini")];
    await writeFile(users, `"${username}" "${password}"\n`);
    await writeFile(
      settings,
      `[databases]
shop = host=${hostname} port=${serverPort} dbname=${pathname.slice(1)} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
`,
    );
    for (const file of [users, settings]) await chmod(file, 0o644);
    return [settings];
  });
  const databaseUrl = `postgresql://${username}:${password}@127.0.0.1:${port}/shop`;
  const start = startSystem({ home: join(servers.home, "other-shop"), given: { databaseUrl, zookeeper: false } });
  await expect(start).rejects.toThrow(
    `The PostgreSQL at 127.0.0.1:${port} is PgBouncer, which rejects the timeouts that replicas set in \`options\`. Use PostgreSQL's own address.`,
  );
});
