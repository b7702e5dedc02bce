import type { Run, System } from "@last-unit/explorer";
import { Actors } from "./actors.ts";
import type { ExploredShops } from "./explored-shops.ts";
import { type FaultKind, faultsOf } from "./faults.ts";
import { createProducts } from "./fresh-products.ts";
import { judgeExecution } from "./judge.ts";
import type { Scenario } from "./scenarios.ts";

/** The system that the explorer runs: a scenario under a strategy, with fresh products for each execution. */
export const systemOf =
  (shops: ExploredShops, strategy: string, scenario: Scenario, fault?: FaultKind): System =>
  async (): Promise<Run> => {
    const { observer } = shops;
    const skus = await createProducts(observer, scenario.editions);
    const actors = new Actors(shops, strategy, skus);
    const processes = await scenario.actors(actors);
    shops.faults.offerLostAnswers(fault?.name);
    return {
      processes,
      faults: fault && faultsOf(shops, fault, (process) => actors.hasBegun(process)),
      blockedBy: (name) => shops.blockedBy(name),
      holdBack: shops.holdBack,
      letNextGo: shops.letNextGo,
      judge: (ending) => judgeExecution(shops, scenario, actors, ending),
      async values() {
        const { rows } = await observer.query<{ sku: string; stock: number; orders: number }>(
          `SELECT sku, stock, (SELECT count(*)::int FROM order_lines l WHERE l.sku = s.sku) AS orders
             FROM stock s WHERE sku = ANY($1) ORDER BY sku`,
          [skus],
        );
        const name = (index: number) => (rows.length > 1 ? `product ${index + 1}: stock` : "stock");
        return Object.fromEntries(rows.map(({ stock, orders }, at) => [name(at), `${stock}, orders ${orders}`]));
      },
      async end() {
        await shops.leave();
        await actors.clear();
      },
    };
  };
