// The one-shot `migrate` service of docker-compose.yml: tables first, then what is for sale.

import { seedCatalogue } from "@last-unit/prisma/catalogue";
import { checkServer } from "@last-unit/prisma/check-server";
import { migrate } from "@last-unit/prisma/migrate";

const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) throw new Error("DATABASE_URL is not set.");
await checkServer(databaseUrl).catch(({ message }: Error) => {
  console.error(message);
  process.exit(1);
});
const applied = await migrate(databaseUrl);
console.log(applied.length ? `Migrations applied: ${applied.join(", ")}` : "The database has every migration.");
console.log(`Products added: ${await seedCatalogue(databaseUrl)}`);
