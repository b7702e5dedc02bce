import { checkHistory } from "@last-unit/checker";
import type { Ending } from "@last-unit/explorer";
import type { Actors } from "./actors.ts";
import type { ExploredShops } from "./explored-shops.ts";
import { type Found, findLeft, type OrderFound } from "./found.ts";
import type { Scenario } from "./scenarios.ts";

/** Says what is wrong after an execution, in a sentence each. */
export async function judgeExecution(
  { observer, backends, locksLeft }: ExploredShops,
  scenario: Scenario,
  actors: Actors,
  ending: Ending,
): Promise<string[]> {
  // The releases that are sent in the background are answered when this returns.
  const locks = await locksLeft(actors.skus);
  const found = await findLeft(observer, actors.skus, backends);
  return [
    ...failures(ending),
    ...deadlocks(ending),
    ...unitsHeldTwice(found),
    ...ledgerAgainstRow(found),
    ...ordersAgainstLedger(found),
    ...answersAgainstOrders(found, actors, ending),
    ...answersToOneKey(actors),
    ...historyExplained(scenario, actors, found),
    ...refusedInVain(actors, ending),
    ...[...found.left, ...locks].map((what) => `Left behind: ${what}.`),
  ];
}

const active = new Set<OrderFound["status"]>(["reserved", "paying", "paid"]);

function failures({ results }: Ending): string[] {
  return Object.entries(results).flatMap(([name, result]) =>
    "error" in result ? [`${name} failed: ${(result.error as Error).message}`] : [],
  );
}

/** PostgreSQL ends a deadlock and the shop retries, but carts are sorted so that there is none. */
const deadlocks = (ending: Ending): string[] =>
  ending.deadlocks.map(({ cycle }) => `A deadlock: ${[...cycle, cycle[0]].join(" waits for ")}.`);

function unitsHeldTwice({ orders, stock }: Found): string[] {
  const wrong: string[] = [];
  for (const { sku, edition, nextUnit, returnedUnits } of stock) {
    const holders = new Map<number, number>();
    for (const order of orders.filter(({ status }) => active.has(status))) {
      for (const unit of order.lines.filter((line) => line.sku === sku).flatMap((line) => line.unitNumbers)) {
        holders.set(unit, (holders.get(unit) ?? 0) + 1);
      }
    }
    for (const [unit, count] of holders) if (count > 1) wrong.push(`No. ${unit} is held by ${count} orders.`);
    for (let unit = 1; unit <= edition; unit += 1) {
      const isForSale = unit >= nextUnit || returnedUnits.includes(unit);
      if (isForSale && holders.has(unit)) wrong.push(`No. ${unit} is for sale although an order holds it.`);
      if (!isForSale && !holders.has(unit)) wrong.push(`No. ${unit} is lost: nobody holds it, and it is not for sale.`);
    }
  }
  return wrong;
}

function ledgerAgainstRow({ stock, movements }: Found): string[] {
  return stock.flatMap((row) => {
    const own = movements.filter(({ sku }) => sku === row.sku);
    const sum = own.reduce((total, { delta }) => total + delta, row.edition);
    const versions = new Set(own.map(({ version }) => version));
    return [
      ...(sum === row.stock ? [] : [`The ledger says that ${sum} are left, the stock row ${row.stock}.`]),
      ...(versions.size === own.length
        ? []
        : ["An update was lost: two changes made the same version of the stock row."]),
    ];
  });
}

function ordersAgainstLedger({ orders, movements }: Found): string[] {
  const ids = new Set(orders.map(({ id }) => id));
  const wrong = movements
    .filter(({ orderId }) => !ids.has(orderId))
    .map(() => "The ledger has a change for an order that does not exist.");
  for (const { id, status, lines } of orders) {
    for (const { sku, unitNumbers } of lines) {
      const own = movements.filter((movement) => movement.orderId === id && movement.sku === sku);
      const held = own.reduce((sum, { delta }) => sum - delta, 0);
      const wanted = active.has(status) ? unitNumbers.length : 0;
      if (held !== wanted)
        wrong.push(`The ledger has ${held} units for an order that is ${status} and holds ${wanted}.`);
    }
  }
  return wrong;
}

function answersAgainstOrders({ orders }: Found, { answers, paid, charged }: Actors, { faults }: Ending): string[] {
  const wrong: string[] = [];
  const answered = new Set<string>();
  for (const { process, placed } of answers) {
    if (placed.outcome !== "reserved") continue;
    answered.add(placed.order.id);
    const order = orders.find(({ id }) => id === placed.order.id);
    if (!order) wrong.push(`${process} was told "reserved", but the order does not exist.`);
    const [told, stored] = [placed.order.lines, order?.lines ?? []].map(unitsOf);
    if (order && told !== stored) wrong.push(`${process} was told other unit numbers than the order has.`);
  }
  const buyers = new Set(answers.map(({ buyerId }) => buyerId));
  for (const { id, buyerId } of orders) {
    if (buyers.has(buyerId) && !answered.has(id)) wrong.push("An order exists of which its buyer was not told.");
  }
  for (const id of paid) {
    const status = orders.find((order) => order.id === id)?.status;
    if (status !== "paid") wrong.push(`The buyer was told "paid", but the order is ${status ?? "not there"}.`);
  }
  for (const id of charged) {
    const status = orders.find((order) => order.id === id)?.status;
    // The job that settles payments asks the provider later.
    if (status === "paying" && faults > 0) continue;
    if (status !== "paid") wrong.push(`A card was charged for an order that is ${status ?? "not there"}.`);
  }
  return wrong;
}

const unitsOf = (lines: OrderFound["lines"]) =>
  JSON.stringify(lines.map(({ sku, unitNumbers }) => [sku, unitNumbers]).sort());

function answersToOneKey({ answers }: Actors): string[] {
  const keyed = answers.filter(({ idempotencyKey }) => idempotencyKey !== undefined);
  const orders = new Set(keyed.map(({ placed }) => (placed.outcome === "reserved" ? placed.order.id : "sold out")));
  return orders.size > 1 ? ["Two requests with one idempotency key got different answers."] : [];
}

/** Refusals that only a fault can explain. */
const explainedByFaults = new Map([
  ["LOCK_BUSY", 'was told "try again", although the lock was free in the end.'],
  ["LOCK_LOST", "lost its lease, although it did not run out."],
  ["DATABASE_UNAVAILABLE", "got no answer of PostgreSQL, although nothing had failed."],
]);

function refusedInVain({ refusals, answers }: Actors, { faults }: Ending): string[] {
  return refusals.flatMap(({ process, code }) => {
    const unexplained = faults === 0 && explainedByFaults.get(code);
    if (unexplained) return [`${process} ${unexplained}`];
    const isInVain = code === "IDEMPOTENCY_KEY_REUSED" && answers.length === 0;
    return isInVain ? [`${process} was refused because of a key that has no order.`] : [];
  });
}

/** Was every answer right at some moment between the first step and the answer? */
function historyExplained({ editions }: Scenario, { skus, calls, answers }: Actors, { orders }: Found): string[] {
  const placed = answers.flatMap(({ call, placed }) => (placed.outcome === "reserved" ? [{ call, ...placed }] : []));
  // A replayed answer repeats an earlier one; it is no sale of its own.
  const replays = new Set(placed.filter(({ replayed }) => replayed).map(({ call }) => call));
  const told = new Set(placed.filter(({ replayed }) => !replayed).map(({ order }) => order.id));
  const sales = calls.history(orders, told).filter(({ process }) => !replays.has(process));
  const initial = Object.fromEntries(skus.map((sku, index) => [sku, editions[index] ?? 0]));
  const { verdict } = checkHistory(sales, { model: "stock", initial });
  return verdict === "not-linearizable" ? ["No sequence of the calls explains the answers."] : [];
}
