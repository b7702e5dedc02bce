/** One line of a stock ledger: what a transaction saw of a SKU, and what it made of it. */
export interface Movement {
  readonly sku: string;
  /** What belongs together because it was committed together: an order's sale is one transaction, its cancellation another. */
  readonly transaction: string;
  /** 0 where the stock was only read. */
  readonly delta: number;
  readonly stockBefore: number;
  readonly stockAfter: number;
  /** The version of the row that was made, or, where it was only read, that was seen. */
  readonly version?: number;
}

export interface Anomaly {
  /** P4 and A5B in Berenson et al. 1995, "A Critique of ANSI SQL Isolation Levels". */
  readonly name: "lost update" | "write skew";
  readonly skus: readonly string[];
  readonly transactions: readonly string[];
  readonly sentence: string;
}

/**
 * Finds two anomalies in a ledger that no serial execution of its transactions can produce.
 * O(n) for n movements, and the pairs found.
 *
 * - Lost update: two transactions changed the same state of a row, so that the second wrote over the first.
 * - Write skew: two transactions each read a row that the other one changed, before it did, and changed another.
 *
 * States of a row are told apart by `version`; without versions by the stock, and only for SKUs of which nothing came back,
 * because a stock that was there before may be there again.
 */
export function ledgerAnomalies(movements: readonly Movement[]): Anomaly[] {
  const seen = statesSeen(movements);
  return [...lostUpdates(seen), ...writeSkews(seen)];
}

/** A movement and the state of the row that it started from. */
interface Seen {
  readonly movement: Movement;
  readonly state: string;
}

function statesSeen(movements: readonly Movement[]): Seen[] {
  const mayRecur = new Set(movements.filter(({ delta }) => delta > 0).map(({ sku }) => sku));
  return movements.flatMap((movement) => {
    const { sku, delta, stockBefore, version } = movement;
    if (version !== undefined) return { movement, state: `${sku} version ${delta === 0 ? version : version - 1}` };
    return mayRecur.has(sku) ? [] : { movement, state: `${sku} stock ${stockBefore}` };
  });
}

function lostUpdates(seen: readonly Seen[]): Anomaly[] {
  const groups = groupBy(
    seen.filter(({ movement }) => movement.delta !== 0),
    ({ state }) => state,
  );
  return [...groups.values()].flatMap((group) => {
    const transactions = [...new Set(group.map(({ movement }) => movement.transaction))];
    const [first] = group as [Seen, ...Seen[]];
    if (transactions.length < 2) return [];
    const { sku, stockBefore } = first.movement;
    const results = group.map(({ movement }) => movement.stockAfter).join(" and ");
    const sentence = `Lost update: transactions ${transactions.join(" and ")} all started from a stock of ${stockBefore} of ${sku} and wrote ${results}; only the last write is left.`;
    return { name: "lost update", skus: [sku], transactions, sentence } as const;
  });
}

function writeSkews(seen: readonly Seen[]): Anomaly[] {
  const writersOf = groupBy(
    seen.filter(({ movement }) => movement.delta !== 0),
    ({ state }) => state,
  );
  // Whom each transaction overtook: it read a row and did not change it, and the other changed that state of the row.
  const overtaken = new Map<string, { by: string; sku: string }[]>();
  for (const { movement, state } of seen) {
    if (movement.delta !== 0) continue;
    for (const writer of writersOf.get(state) ?? []) {
      if (writer.movement.transaction === movement.transaction) continue;
      const list = overtaken.get(movement.transaction) ?? [];
      overtaken.set(movement.transaction, list);
      list.push({ by: writer.movement.transaction, sku: movement.sku });
    }
  }
  const found: Anomaly[] = [];
  for (const [one, list] of overtaken) {
    for (const { by: other, sku } of list) {
      if (other < one) continue;
      const back = overtaken.get(other)?.find((edge) => edge.by === one && edge.sku !== sku);
      if (!back) continue;
      const sentence = `Write skew: transaction ${one} read ${sku} before ${other} changed it, and ${other} read ${back.sku} before ${one} changed it; one of them should have seen the other's change.`;
      found.push({ name: "write skew", skus: [sku, back.sku].sort(), transactions: [one, other], sentence });
    }
  }
  return found;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
