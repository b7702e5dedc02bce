import { randomInt } from "node:crypto";
import type { Clients } from "@last-unit/workshop";

export async function checkout({ db }: Clients): Promise<{ outcome: string }> {
  // So many possibilities that no two executions agree.
  for (let times = randomInt(1, 50); times > 0; times -= 1) await db.query("SELECT 1 AS one");
  return { outcome: "sold-out" };
}
