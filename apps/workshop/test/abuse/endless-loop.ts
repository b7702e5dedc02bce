export async function checkout(): Promise<never> {
  for (;;);
}
