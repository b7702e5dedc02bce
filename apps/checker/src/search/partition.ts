/** Calls that have nothing to do with any other: they touch the objects `keys`, and nobody else does. */
export interface Part {
  /** In alphabetical order. */
  readonly keys: readonly string[];
  /** Places in the list of calls, in its order. */
  readonly calls: readonly number[];
}

/**
 * Splits a history by the objects it touches. Linearizability is local (Herlihy and Wing 1990, theorem 1): the whole can be
 * explained exactly if each part can. A cart ties its SKUs together. Almost linear: union-find with path halving.
 */
export function partition(keysOf: readonly (readonly string[])[]): Part[] {
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let at = key;
    for (let up = parent.get(at) ?? at; up !== at; up = parent.get(at) ?? at) {
      parent.set(at, parent.get(up) ?? up);
      at = up;
    }
    return at;
  };
  for (const keys of keysOf) {
    const [first, ...others] = keys;
    if (first === undefined) continue;
    if (!parent.has(first)) parent.set(first, first);
    for (const key of others) parent.set(rootOf(key), rootOf(first));
  }
  const parts = new Map<string, { keys: Set<string>; calls: number[] }>();
  for (const [index, keys] of keysOf.entries()) {
    if (keys[0] === undefined) continue;
    const root = rootOf(keys[0]);
    const part = parts.get(root) ?? { keys: new Set(), calls: [] };
    parts.set(root, part);
    for (const key of keys) part.keys.add(key);
    part.calls.push(index);
  }
  return [...parts.values()].map(({ keys, calls }) => ({ keys: [...keys].sort(), calls }));
}
