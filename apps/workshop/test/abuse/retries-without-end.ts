import type { Clients } from "@last-unit/workshop";

export async function checkout({ db }: Clients): Promise<never> {
  for (;;) await db.query("SELECT 1 AS one");
}
