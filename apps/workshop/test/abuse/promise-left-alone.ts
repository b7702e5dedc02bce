import type { Clients } from "@last-unit/workshop";

export async function checkout({ db }: Clients): Promise<{ outcome: string }> {
  void db.query("SELECT nothing FROM nowhere");
  return { outcome: "sold-out" };
}
