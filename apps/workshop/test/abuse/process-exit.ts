export async function checkout(): Promise<void> {
  process.exit(0);
}
