/** Like `Promise.all`, but it waits for all to settle, so that a failed start leaves nothing half started behind. */
export async function allOrFirstFailure<T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return (await Promise.all(work)) as { -readonly [K in keyof T]: Awaited<T[K]> };
}
