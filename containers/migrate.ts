// The one-shot `migrate` service of docker-compose.yml: tables first, then what is for sale.
import { seedCatalogue } from "@last-unit/prisma/catalogue";
import { migrate } from "@last-unit/prisma/migrate";

const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) throw new Error("DATABASE_URL is not set.");
const applied = await migrate(databaseUrl);
console.log(applied.length ? `Migrations applied: ${applied.join(", ")}` : "The database has every migration.");
console.log(`Products added: ${await seedCatalogue(databaseUrl)}`);
