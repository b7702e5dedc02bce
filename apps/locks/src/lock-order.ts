/**
 * Each resource once, in the same sequence for every client: if one took [a, b] and another [b, a] one by one, each would
 * hold what the other waits for.
 * @throws RangeError for an empty name.
 */
export function inLockOrder(resources: readonly string[]): string[] {
  // Some services take no empty name, and would be reported as unreachable.
  if (resources.includes("")) throw new RangeError("A resource's name must not be empty.");
  return [...new Set(resources)].sort();
}
