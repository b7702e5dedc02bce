import type { Process, VirtualClock } from "@last-unit/explorer";
import type { PostgresSteps } from "@last-unit/explorer/postgres";
import type pg from "pg";
import type { PaymentProvider } from "../../checkout/payment-provider.ts";
import type { Shop } from "../../checkout/shop.ts";
import type { Checkpoint } from "../../checkpoint.ts";
import { connectDatabase } from "../../db/client.ts";
import { openStrategy, type Services } from "../../inventory/registry.ts";
import type { Strategy } from "../../inventory/strategy.ts";
import type { StrategyName } from "../../inventory/strategy-catalogue.ts";
import type { GuardSteps, GuardUser } from "./guard-steps.ts";
import { LeaseTime } from "./lease-time.ts";
import { NEVER_MS } from "./leases.ts";
import { withStep } from "./with-step.ts";

/** A shop for one process: the application's own code, over a pool of one connection, with the explorer's clock. */
export interface ExploredShop {
  readonly shop: Shop;
  /** Adds the checkpoints' names to the steps. */
  readonly checkpoint: Checkpoint;
  /** The orders for which the provider has charged a card, in this execution. */
  readonly charged: readonly string[];
}

/** What a process uses now. */
export interface Current extends GuardUser {
  client?: pg.ClientBase;
  /** It has read the row and decided. */
  hasChecked?: boolean;
  charged: string[];
}

/** A guard may send statements itself, for its fencing token. They are part of the guard's step. */
export const passingInGuard = (current: Current, process: Process): Process =>
  withStep(process, async (step, perform) => (current.isInGuard ? perform() : process.step(step, perform)));

export interface Around {
  readonly url: string;
  readonly guards: GuardSteps;
  readonly lockServices: Pick<Services, "lockNodes" | "dynamodb">;
}

export type OpenedShop = Awaited<ReturnType<typeof openOne>>;

export async function openOne(name: string, { url, guards, lockServices }: Around, steps?: PostgresSteps) {
  const leaseTime = new LeaseTime();
  const current: Current = { leaseTime, charged: [] };
  const clock: VirtualClock = {
    now: () => current.process?.clock.now() ?? 0,
    after: (ms, callBack) => current.process?.clock.after(ms, callBack) ?? (() => {}),
  };
  const database = connectDatabase(url, 1, `explore-${name}`, clock);
  database.pool.options.idleTimeoutMillis = 0;
  // The pool opens another connection when a statement has failed on the first one.
  database.pool.on("connect", (client) => {
    current.client = client;
    client.once("end", () => {
      if (current.client === client) current.client = undefined;
    });
    // No bound of the application may end a wait that the explorer observes.
    client.query("SET lock_timeout = 0; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0");
    void steps?.control(client);
    if (current.process) steps?.attach(client, passingInGuard(current, current.process));
  });
  // Prisma asks for the schema when it is first used, which must not be a step of the first execution alone.
  await database.$connect();
  const services: Services = {
    database,
    ...lockServices,
    settings: { lockTtlMs: NEVER_MS, lockWaitMs: NEVER_MS, clock: leaseTime },
    around: (store) => guards.around(current, store),
  };
  return { name, current, database, shop: shopOver(services, clock, name, current) };
}

function shopOver(services: Services, clock: VirtualClock, name: string, current: Current): Shop {
  const strategies = new Map<string, Strategy>();
  return {
    database: services.database,
    productsOnSale: async () => [],
    strategy(wanted) {
      const strategy = strategies.get(wanted) ?? openStrategy(wanted as StrategyName, services);
      strategies.set(wanted, strategy);
      return strategy;
    },
    defaultStrategy: "unlocked",
    provider: providerOf(current),
    replica: name,
    reservationTtlMs: NEVER_MS,
    paymentTimeoutMs: NEVER_MS,
    clock,
    wallTimeMs: Date.now,
  };
}

/** A payment provider that accepts every card. Its answer is a step. */
const providerOf = (current: Current): PaymentProvider => ({
  async charge({ idempotencyKey }) {
    const charge = () => {
      current.charged.push(idempotencyKey.split(":", 1)[0] ?? "");
      return "succeeded" as const;
    };
    const step = { name: "the provider charges the card", touches: [], tell: () => "succeeded" };
    return current.process ? current.process.step(step, charge) : charge();
  },
  settle: async () => "succeeded",
});
