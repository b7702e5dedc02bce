import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { cancelOrder } from "../src/checkout/cancel-order.ts";
import { expireOrders } from "../src/checkout/expire-orders.ts";
import { findOwnOrder } from "../src/checkout/find-order.ts";
import { forgetKeys } from "../src/checkout/idempotency.ts";
import { payOrder } from "../src/checkout/pay-order.ts";
import type { PaymentProvider } from "../src/checkout/payment-provider.ts";
import { reconcilePayments } from "../src/checkout/reconcile-payments.ts";
import type { Shop } from "../src/checkout/shop.ts";
import { testCards } from "../src/checkout/simulated-provider.ts";
import { openWorkbench } from "./workbench.ts";

const bench = openWorkbench();
afterAll(() => bench.close());

async function reserve(edition = 1, strategy = "row-lock") {
  const sku = await bench.product(edition);
  const buyerId = randomUUID();
  const placed = await bench.buy(strategy, [{ sku, quantity: 1 }], undefined, buyerId);
  if (placed.outcome !== "reserved") throw new Error("The reservation failed.");
  return { sku, buyerId, id: placed.order.id };
}

const statusOf = async ({ buyerId, id }: { buyerId: string; id: string }) =>
  (await findOwnOrder(bench.shop, buyerId, id)).status;
const letItRunOut = (id: string) => bench.database.$executeRaw`
  UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ${id}::uuid`;
const longAgo = (id: string) => bench.database.$executeRaw`
  UPDATE orders SET paying_since = now() - interval '1 minute' WHERE id = ${id}::uuid`;
const chargesOf = (id: string) =>
  bench.database.providerCharge.findMany({ where: { idempotencyKey: { startsWith: id } } });

describe("units that come back", () => {
  test("a cancelled order's number is sold again first", async () => {
    const sku = await bench.product(3);
    const buyerId = randomUUID();
    const lines = [{ sku, quantity: 1 }];
    const first = await bench.buy("row-lock", lines, undefined, buyerId);
    await bench.buy("row-lock", lines);
    if (first.outcome !== "reserved") throw new Error("The reservation failed.");
    await cancelOrder(bench.shop, buyerId, first.order.id);
    const third = await bench.buy("row-lock", lines);
    expect(third).toMatchObject({ order: { lines: [{ unitNumbers: [1] }] } });
    expect((await bench.movements(sku)).map(({ delta, reason }) => [delta, reason])).toEqual([
      [-1, "sale"],
      [-1, "sale"],
      [1, "cancellation"],
      [-1, "sale"],
    ]);
  });

  test("an expired reservation gives its unit back once, however many sweep at the same time", async () => {
    const { sku, buyerId, id } = await reserve();
    await letItRunOut(id);
    await Promise.all([expireOrders(bench.shop), expireOrders(bench.shop), expireOrders(bench.shop)]);
    expect(await statusOf({ buyerId, id })).toBe("expired");
    expect((await bench.stock(sku)).returnedUnits).toEqual([1]);
    await expect(payOrder(bench.shop, buyerId, id, testCards.accepted)).rejects.toMatchObject({
      code: "ORDER_EXPIRED",
    });
    await expect(cancelOrder(bench.shop, buyerId, id)).rejects.toMatchObject({ code: "ORDER_EXPIRED" });
  });

  test("a reservation that cannot be ended now does not keep the others waiting", async () => {
    const [stuck, other] = [await reserve(), await reserve()];
    await bench.database.order.update({ where: { id: stuck.id }, data: { strategy: "retired" } });
    await letItRunOut(stuck.id);
    await letItRunOut(other.id);
    const shop: Shop = {
      ...bench.shop,
      strategy(name) {
        if (name === "retired") throw new Error("no such strategy any more");
        return bench.shop.strategy(name);
      },
    };
    await expireOrders(shop);
    expect(await statusOf(other)).toBe("expired");
    await bench.database.order.update({ where: { id: stuck.id }, data: { strategy: "row-lock" } });
  });

  test("a reservation that ran out cannot be paid, even before the sweeper has come", async () => {
    const { buyerId, id } = await reserve();
    await letItRunOut(id);
    const paying = payOrder(bench.shop, buyerId, id, testCards.accepted);
    await expect(paying).rejects.toMatchObject({ code: "ORDER_EXPIRED" });
    expect(await chargesOf(id)).toEqual([]);
  });

  test("cancelling ten times at once gives the unit back once", async () => {
    const { sku, buyerId, id } = await reserve(1, "redlock+row-lock");
    await Promise.all(Array.from({ length: 10 }, () => cancelOrder(bench.shop, buyerId, id)));
    expect((await bench.stock(sku)).stock).toBe(1);
  });
});

describe("a payment", () => {
  test("a declined card leaves the reservation, and another card pays it", async () => {
    const { buyerId, id } = await reserve();
    const declined = payOrder(bench.shop, buyerId, id, testCards.declined);
    await expect(declined).rejects.toMatchObject({ code: "PAYMENT_DECLINED" });
    expect(await statusOf({ buyerId, id })).toBe("reserved");
    expect((await payOrder(bench.shop, buyerId, id, testCards.accepted)).status).toBe("paid");
  });

  test("ten payments of one order at once: charged once", async () => {
    const { buyerId, id } = await reserve();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => payOrder(bench.shop, buyerId, id, testCards.accepted)),
    );
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(await chargesOf(id)).toHaveLength(1);
  });

  test("while the provider is asked, the order is neither swept away nor cancelled", async () => {
    const { sku, buyerId, id } = await reserve();
    const asked = withResolvers();
    const answer = withResolvers();
    const slow: PaymentProvider = {
      ...bench.shop.provider,
      async charge() {
        asked.resolve();
        await answer.promise;
        return "succeeded";
      },
    };
    const paying = payOrder({ ...bench.shop, provider: slow }, buyerId, id, testCards.accepted);
    await asked.promise;
    await letItRunOut(id);
    await expireOrders(bench.shop);
    await expect(cancelOrder(bench.shop, buyerId, id)).rejects.toMatchObject({ code: "PAYMENT_IN_PROGRESS" });
    expect((await bench.stock(sku)).stock).toBe(0);
    answer.resolve();
    expect((await paying).status).toBe("paid");
  });

  test("a crash between charge and confirmation: settled by asking, charged once", async () => {
    const { buyerId, id } = await reserve();
    const crashing: Shop = {
      ...bench.shop,
      provider: {
        ...bench.shop.provider,
        async charge(request) {
          await bench.shop.provider.charge(request);
          throw new Error("the replica died here");
        },
      },
    };
    expect((await payOrder(crashing, buyerId, id, testCards.accepted)).status).toBe("paying");
    await longAgo(id);
    await reconcilePayments(bench.shop);
    expect(await statusOf({ buyerId, id })).toBe("paid");
    expect(await chargesOf(id)).toMatchObject([{ outcome: "succeeded" }]);
  });

  test("a crash before the charge: the attempt is voided, can never happen later, and the buyer may try again", async () => {
    const { buyerId, id } = await reserve();
    let late = () => Promise.resolve<unknown>(undefined);
    const crashing: Shop = {
      ...bench.shop,
      provider: {
        ...bench.shop.provider,
        async charge(request) {
          late = () => bench.shop.provider.charge(request);
          throw new Error("the replica died here");
        },
      },
    };
    expect((await payOrder(crashing, buyerId, id, testCards.accepted)).status).toBe("paying");
    await longAgo(id);
    await reconcilePayments(bench.shop);
    expect(await statusOf({ buyerId, id })).toBe("reserved");
    expect(await late()).toBe("declined");
    expect((await payOrder(bench.shop, buyerId, id, testCards.accepted)).status).toBe("paid");
    expect((await chargesOf(id)).filter((charge) => charge.outcome === "succeeded")).toHaveLength(1);
  });

  test("the card that times out: still paying, then paid once the provider has made up its mind", async () => {
    const { buyerId, id } = await reserve();
    expect((await payOrder(bench.shop, buyerId, id, testCards.timesOut)).status).toBe("paying");
    await longAgo(id);
    await reconcilePayments(bench.shop);
    expect(await statusOf({ buyerId, id })).toBe("paying");
    await bench.database.$executeRaw`
      UPDATE provider_charges SET settles_at = now() - interval '1 second' WHERE idempotency_key LIKE ${`${id}%`}`;
    await bench.database.order.update({ where: { id }, data: { nextAttemptAt: null } });
    await reconcilePayments(bench.shop);
    expect(await statusOf({ buyerId, id })).toBe("paid");
  });
});

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test("an idempotency key is forgotten when it is old, and not before", async () => {
  const kept = { buyerId: randomUUID(), key: "kept", requestHash: "", orderId: randomUUID() };
  const old = { ...kept, key: "old", createdAt: new Date(Date.now() - 60_000) };
  await bench.database.idempotencyKey.createMany({ data: [kept, old] });
  await forgetKeys(bench.database, 30_000);
  const left = await bench.database.idempotencyKey.findMany({ where: { buyerId: kept.buyerId } });
  expect(left.map(({ key }) => key)).toEqual(["kept"]);
  await bench.database.idempotencyKey.deleteMany({ where: { buyerId: kept.buyerId } });
});
