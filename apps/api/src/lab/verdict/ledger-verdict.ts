import { type Ledger, oversoldUnits, tooEarlyRefusals } from "./ledger-evidence.ts";

export interface Evidence {
  kind:
    | "unit-sold-twice"
    | "lost-update"
    | "sold-out-too-early"
    | "order-without-movement"
    | "movement-without-order"
    | "nobody-served";
  unit?: number;
  orders?: string[];
  message: string;
}

export interface Verdict {
  strategy: string;
  initialStock: number;
  /** The stock row's current stock. */
  stock: number;
  /** Units that were sold and not returned. A unit that several orders hold counts once for each. */
  unitsSold: number;
  /** How often a unit was sold while another order held it. */
  unitsOversold: number;
  /** Ledger entries whose effect on the stock row was overwritten by another write. */
  lostUpdates: number;
  /** Buyers who got "sold out" although enough units were free during their whole request. */
  soldOutTooEarly: number;
  orders: number;
  ordersWithoutMovement: number;
  movementsWithoutOrder: number;
  /** Writes that PostgreSQL rejected because their fencing token was lower than the row's. */
  writesRefused: number;
  passed: boolean;
  answers: Record<string, number>;
  buyers: { asked: number; answered: number };
  waitingMs: { p50: number; p95: number; p99: number; max: number };
  evidence: Evidence[];
}

const EVIDENCE_SHOWN = 20;

/** A short name of an order for people: the last four digits of its id. */
export const shortCode = (orderId: string) => orderId.slice(-4).toUpperCase();

/**
 * Checks a run's ledger and its buyers' responses. Pure. Takes O(n log n) for n movements and responses; in addition, each
 * "sold out" response scans the movements during its request.
 */
export function ledgerVerdict(ledger: Ledger): Verdict {
  const { run, stock, orders, movements, answers } = ledger;
  const sales = movements.filter((movement) => movement.delta < 0);
  const held = movements.reduce((sum, movement) => sum - movement.delta, 0);
  const twice = oversoldUnits(movements);
  const lost = lostUpdates(ledger);
  const early = tooEarlyRefusals(ledger);
  const soldOrders = new Set(sales.map((movement) => movement.orderId));
  const orderIds = new Set(orders);
  const withoutMovement = orders.filter((id) => !soldOrders.has(id));
  const withoutOrder = [...soldOrders].filter((id) => !orderIds.has(id));

  const evidence: Evidence[] = [
    ...twice.map(({ unit, orders: [first, second] }) => ({
      kind: "unit-sold-twice" as const,
      unit,
      orders: [first, second],
      message: `Orders ${shortCode(first)} and ${shortCode(second)} both hold No. ${unit}.`,
    })),
    ...lost.map(({ version, orders: ids }) => ({
      kind: "lost-update" as const,
      orders: ids,
      message: `${ids.map(shortCode).join(", ")}: each wrote version ${version} of the stock row from the same reading; only the last one stayed.`,
    })),
    ...early.map(({ shopper, quantity, left }) => ({
      kind: "sold-out-too-early" as const,
      message: `Buyer ${shopper} asked for ${quantity} and was told "sold out" although ${left} were in stock throughout.`,
    })),
    ...withoutMovement.map((id) => ({
      kind: "order-without-movement" as const,
      orders: [id],
      message: `Order ${shortCode(id)} exists, but the ledger has no sale for it.`,
    })),
    ...withoutOrder.map((id) => ({
      kind: "movement-without-order" as const,
      orders: [id],
      message: `The ledger has a sale for order ${shortCode(id)}, which does not exist.`,
    })),
  ];
  const outcomes = tally(answers.map((answer) => answer.outcome));
  // A run in which every buyer was turned away has shown nothing.
  if (answers.length > 0 && !outcomes.RESERVED && !outcomes.OUT_OF_STOCK) {
    const counts = Object.entries(outcomes).map(([outcome, times]) => `${times} × ${outcome}`);
    evidence.push({ kind: "nobody-served", message: `No buyer was served: ${counts.join(", ")}.` });
  }
  const waits = answers.map((answer) => answer.waitedMs).sort((a, b) => a - b);
  return {
    strategy: run.strategy,
    initialStock: run.initialStock,
    stock,
    unitsSold: held,
    unitsOversold: twice.length,
    lostUpdates: lost.reduce((sum, { orders: ids }) => sum + ids.length - 1, 0),
    soldOutTooEarly: early.length,
    orders: orders.length,
    ordersWithoutMovement: withoutMovement.length,
    movementsWithoutOrder: withoutOrder.length,
    writesRefused: ledger.writesRefused,
    passed: evidence.length === 0,
    answers: outcomes,
    buyers: { asked: run.buyersAsked, answered: run.buyersAnswered },
    waitingMs: { p50: at(waits, 0.5), p95: at(waits, 0.95), p99: at(waits, 0.99), max: at(waits, 1) },
    evidence: evidence.slice(0, EVIDENCE_SHOWN),
  };
}

/** Each write increments the row's version, so two writes of the same version were based on the same read. */
function lostUpdates({ movements }: Ledger): { version: number; orders: string[] }[] {
  const writers = new Map<number, string[]>();
  for (const { version, orderId } of movements) writers.set(version, [...(writers.get(version) ?? []), orderId]);
  return [...writers].filter(([, ids]) => ids.length > 1).map(([version, ids]) => ({ version, orders: ids }));
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const at = (sorted: readonly number[], share: number) =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
