import type { Clients } from "@last-unit/workshop";

export async function checkout({ db }: Clients): Promise<void> {
  await Promise.all(Array.from({ length: 10_000 }, () => db.connect()));
}
