import { randomUUID } from "node:crypto";
import { get } from "node:http";
import { expect, test } from "vitest";
import { call, createRun, newBuyer, replicaUrl, verdictOf } from "../system.ts";

const cartOf = (sku: string) => ({ items: [{ sku, quantity: 1 }] });
const checkout = (sku: string, headers: Record<string, string>) =>
  call("POST", `${replicaUrl()}/api/checkout`, { body: cartOf(sku), headers });

test("without a cookie, an idempotency key finds its checkout's answer again, and nothing else of the buyer", async () => {
  const { sku, id } = await createRun("row-lock", 10);
  const headers = { "idempotency-key": randomUUID() };
  const first = await checkout(sku, headers);
  expect(first.headers.get("set-cookie")).toMatch(/^buyer=/);
  const order = first.body.id as string;

  const again = await checkout(sku, headers);
  expect([again.status, again.body.id, again.headers.get("set-cookie")]).toEqual([201, order, null]);
  expect((await verdictOf(id)).orders).toBe(1);

  const list = await call("GET", `${replicaUrl()}/api/orders`, { headers });
  expect(list.body).toEqual([]);
  expect((await call("GET", `${replicaUrl()}/api/orders/${order}`, { headers })).status).toBe(404);
  expect((await call("POST", `${replicaUrl()}/api/orders/${order}/cancel`, { headers })).status).toBe(404);

  const own = { cookie: String(first.headers.get("set-cookie")).split(";")[0] ?? "" };
  expect((await call("POST", `${replicaUrl()}/api/orders/${order}/cancel`, { headers: own })).status).toBe(200);
});

test("a key that could be guessed says nothing of who asks: two strangers with the same one get an order each", async () => {
  const { sku, id } = await createRun("row-lock", 10);
  const headers = { "idempotency-key": "cart-1" };
  const [one, other] = [await checkout(sku, headers), await checkout(sku, headers)];
  expect(one.body.id).not.toBe(other.body.id);
  expect((await verdictOf(id)).orders).toBe(2);
});

test("a page of another origin changes nothing, with a body or without", async () => {
  const buyer = await newBuyer();
  const { sku, id } = await createRun("row-lock", 10);
  const order = await buyer.call("POST", "/api/checkout", { body: cartOf(sku) });
  const cancel = `/api/orders/${order.body.id}/cancel`;
  const own = new URL(replicaUrl()).origin;
  const foreign: Record<string, string>[] = [
    { origin: "http://localhost:9999" },
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site" },
  ];
  for (const headers of foreign) {
    const paths = [cancel, "/api/checkout", "/api/lab/matrix", "/api/lab/replays/two-readers/unlocked"];
    for (const path of paths) {
      const reply = await buyer.call("POST", path, {
        headers,
        body: path === "/api/checkout" ? cartOf(sku) : undefined,
      });
      expect([path, headers, reply.status, reply.body.code]).toEqual([path, headers, 403, "FOREIGN_ORIGIN"]);
    }
  }
  expect((await verdictOf(id)).orders).toBe(1);
  // Reading is harmless: the browser keeps the answer from the page.
  expect((await buyer.call("GET", "/api/products", { headers: { origin: "https://evil.example" } })).status).toBe(200);
  const welcome: Record<string, string>[] = [
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    { origin: own },
  ];
  for (const headers of welcome) {
    expect((await buyer.call("POST", cancel, { headers })).status).toBe(200);
  }
});

test("on loopback a foreign Host is refused: somebody's name was pointed at this machine", async () => {
  const ask = (host: string) =>
    new Promise<number | undefined>((done, fail) => {
      const url = `${replicaUrl()}/api/products`;
      get(url, { headers: { host } }, (response) => done(response.resume().statusCode)).on("error", fail);
    });
  expect(await ask("evil.example")).toBe(421);
  expect(await ask("evil.example:3001")).toBe(421);
  expect(await ask("localhost:1")).toBe(200);
});
