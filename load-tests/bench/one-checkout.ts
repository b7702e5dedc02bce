/**
 * Buys one unit as a new buyer. Resolves to milliseconds.
 *
 * @throws Error if the answer is not an order.
 */
export async function buyOne(url: string, sku: string, headers: Record<string, string> = {}): Promise<number> {
  const asked = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ items: [{ sku, quantity: 1 }] }),
    signal: AbortSignal.timeout(30_000),
  });
  const answer = await response.text();
  if (response.status !== 201) throw new Error(`A checkout was answered ${response.status}: ${answer}`);
  return performance.now() - asked;
}
