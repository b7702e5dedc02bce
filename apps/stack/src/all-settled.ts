/**
 * Like `Promise.all`, but waits until all promises have settled, so that a failed start leaves no service partly
 * started.
 */
export async function allOrFirstFailure<T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return (await Promise.all(work)) as { -readonly [K in keyof T]: Awaited<T[K]> };
}
