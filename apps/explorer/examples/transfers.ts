// Two transfers of 10 from Ann to Bob, in every order of their statements. Needs a PostgreSQL of your own, as superuser:
//   DATABASE_URL=postgres://postgres@localhost/scratch npx tsx transfers.ts
import { pathToFileURL } from "node:url";
import { explore, extentOf, type Process, tellCounterexample } from "@last-unit/explorer";
import { openSessions } from "@last-unit/explorer/postgres";
import type pg from "pg";

async function transfer(client: pg.Client, lock: string) {
  const read = `SELECT balance FROM accounts WHERE name = $1 ${lock}`;
  const write = "UPDATE accounts SET balance = $2 WHERE name = $1";
  await client.query("BEGIN");
  const ann = (await client.query(read, ["ann"])).rows[0].balance;
  const bob = (await client.query(read, ["bob"])).rows[0].balance;
  await client.query(write, ["ann", ann - 10]);
  await client.query(write, ["bob", bob + 10]);
  await client.query("COMMIT");
}

export async function exploreTransfers(connectionString: string, lock: "" | "FOR UPDATE") {
  const sessions = await openSessions({ connectionString }, 2);
  const { observer } = sessions;
  await observer.query("CREATE TABLE accounts AS SELECT name, 100 AS balance FROM unnest(ARRAY['ann', 'bob']) AS name");
  const found = await explore(async () => {
    await observer.query("UPDATE accounts SET balance = 100");
    const process = (handle: Process) => transfer(sessions.attach(handle), lock);
    return {
      processes: [process, process],
      blockedBy: sessions.blockedBy,
      async judge() {
        const { rows } = await observer.query("SELECT balance FROM accounts WHERE name = 'ann'");
        return rows[0].balance === 80 ? [] : [`Ann has ${rows[0].balance}, not 80: a transfer was lost.`];
      },
      end: () => sessions.detach(),
    };
  });
  await observer.query("DROP TABLE accounts");
  await sessions.end();
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const found = await exploreTransfers(process.env.DATABASE_URL ?? "", "");
  console.log(`${extentOf(found)}, ${found.wrong} wrong`);
  if (found.counterexample) console.log(tellCounterexample(found.counterexample));
}
