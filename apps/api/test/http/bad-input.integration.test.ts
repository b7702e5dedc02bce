import { randomUUID } from "node:crypto";
import { request as rawRequest } from "node:http";
import { beforeAll, describe, expect, test } from "vitest";
import { call, createRun, newBuyer, type Reply, replicaUrl } from "../system.ts";

const base = replicaUrl();
const lamp = { sku: "reading-lamp", quantity: 1 };
const checkout = (body: unknown, headers: Record<string, string> = {}) =>
  call("POST", `${base}/api/checkout`, { body, headers });

let stockBefore: number;
const lampStock = async () => (await call("GET", `${base}/api/products/reading-lamp`)).body.stock as number;
beforeAll(async () => {
  stockBefore = await lampStock();
});

function expectProblem(reply: Reply, status: number, code: string): void {
  expect({ status: reply.status, code: reply.body.code }).toEqual({ status, code });
  expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(reply.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  expectPlainSentences(reply.body.detail);
  for (const { message } of reply.body.issues ?? []) expectPlainSentences(message);
}

/** For people: neither the validator's own words nor a field's path. */
function expectPlainSentences(text: string): void {
  expect(text).toMatch(/^\p{Lu}.*\.$/su);
  expect(text).not.toMatch(/expected|received|invalid|too (big|small)|unrecognized|[<>]=|\d{16}|items\.|undefined/i);
}

describe("a checkout that cannot be understood", () => {
  const item = (fields: object) => ({ items: [{ ...lamp, ...fields }] });
  const invalid: [string, unknown][] = [
    ["quantity 0", item({ quantity: 0 })],
    ["quantity -1", item({ quantity: -1 })],
    ["quantity 1.5", item({ quantity: 1.5 })],
    ["quantity 1e9", item({ quantity: 1e9 })],
    ["quantity as text", item({ quantity: "1" })],
    ["quantity null", item({ quantity: null })],
    ["no quantity", { items: [{ sku: "reading-lamp" }] }],
    ["an empty cart", { items: [] }],
    ["no items", {}],
    ["21 lines", { items: Array(21).fill(lamp) }],
    ["an unknown field", { items: [lamp], coupon: "free" }],
    ["an unknown field in a line", item({ unitPriceCents: 1 })],
    ["__proto__", '{"items":[{"sku":"reading-lamp","quantity":1,"__proto__":{"quantity":2}}]}'],
    ["a 300-character SKU", item({ sku: "a".repeat(300) })],
    ["an SKU with a control character", item({ sku: "reading\u0007lamp" })],
    ["an SKU with NUL", item({ sku: "reading\u0000lamp" })],
    ["an SKU that is a number", item({ sku: 7 })],
    ["an array", [lamp]],
    ["a string", '"reading-lamp"'],
    ["null", "null"],
  ];
  test.each(invalid)("%s: INVALID_REQUEST", async (_what, body) => {
    expectProblem(await checkout(body), 422, "INVALID_REQUEST");
  });

  test.each([
    [{ quantity: 1e300 }, "Quantity must be a whole number from 1 to 1,000.", "items.0.quantity"],
    [{ quantity: 1.5 }, "Quantity must be a whole number from 1 to 1,000.", "items.0.quantity"],
    [{ sku: "" }, "SKU must be 1 to 64 lower-case letters, digits and hyphens.", "items.0.sku"],
    [{ coupon: "free" }, "The request has a field that is not known here: “coupon”.", "items.0"],
  ])(
    "a line with %j is answered with one plain sentence, and with the path of the field",
    async (fields, detail, path) => {
      const reply = await checkout(item(fields));
      expectProblem(reply, 422, "INVALID_REQUEST");
      expect(reply.body.detail).toBe(detail);
      expect(reply.body.issues).toContainEqual({ path, message: detail });
    },
  );

  test("an unknown SKU: UNKNOWN_SKU", async () => {
    expectProblem(await checkout({ items: [lamp, { sku: "no-such-thing", quantity: 1 }] }), 422, "UNKNOWN_SKU");
  });

  test.each([["{"], ['{"items":[{"sku":"reading-lamp","quantity":NaN}]}'], ["items=1"]])(
    "malformed JSON %s: MALFORMED_JSON",
    async (body) => expectProblem(await checkout(body), 400, "MALFORMED_JSON"),
  );

  test.each([["text/plain"], ["application/x-www-form-urlencoded"], ["multipart/form-data; boundary=x"]])(
    "content type %s: UNSUPPORTED_MEDIA_TYPE",
    async (type) => {
      expectProblem(
        await checkout(JSON.stringify({ items: [lamp] }), { "content-type": type }),
        415,
        "UNSUPPORTED_MEDIA_TYPE",
      );
    },
  );

  test("no content type: UNSUPPORTED_MEDIA_TYPE", async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const request = rawRequest(`${base}/api/checkout`, { method: "POST" }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      });
      request.on("error", reject).end(JSON.stringify({ items: [lamp] }));
    });
    expect(status).toBe(415);
  });

  test("a body over 16 kB: BODY_TOO_LARGE", async () => {
    expectProblem(await checkout({ items: [lamp], padding: "x".repeat(17_000) }), 413, "BODY_TOO_LARGE");
  });

  test("an unknown encoding: UNSUPPORTED_MEDIA_TYPE", async () => {
    const headers = { "content-encoding": "snappy" };
    expectProblem(await checkout(JSON.stringify({ items: [lamp] }), headers), 415, "UNSUPPORTED_MEDIA_TYPE");
  });

  test.each([
    ["empty", ""],
    ["256 characters", "k".repeat(256)],
  ])("an idempotency key that is %s: INVALID_REQUEST", async (_what, key) => {
    expectProblem(await checkout({ items: [lamp] }, { "idempotency-key": key }), 422, "INVALID_REQUEST");
  });

  test("an idempotency key of 255 characters is fine, and refused with another cart", async () => {
    const buyer = await newBuyer(base);
    const headers = { "idempotency-key": randomUUID().padEnd(255, "k") };
    const first = await buyer.call("POST", "/api/checkout", { body: { items: [lamp] }, headers });
    expect(first.status).toBe(201);
    const other = { items: [{ ...lamp, quantity: 2 }] };
    expectProblem(await buyer.call("POST", "/api/checkout", { body: other, headers }), 422, "IDEMPOTENCY_KEY_REUSED");
    expect((await buyer.call("POST", `/api/orders/${first.body.id}/cancel`)).status).toBe(200);
  });

  test("none of it changed the stock", async () => {
    expect(await lampStock()).toBe(stockBefore);
  });
});

describe("an order that is not there", () => {
  const ids = [
    randomUUID(),
    "1",
    "null",
    "..%2F..%2Fetc%2Fpasswd",
    "%00",
    "x".repeat(2_000),
    "%F0%9F%92%A1",
    "00000000-0000-0000-0000-000000000000",
  ];
  test.each(ids)("%s: ORDER_NOT_FOUND to read, to pay and to cancel", async (id) => {
    const card = { card: "4242424242424242" };
    expectProblem(await call("GET", `${base}/api/orders/${id}`), 404, "ORDER_NOT_FOUND");
    expectProblem(await call("POST", `${base}/api/orders/${id}/pay`, { body: card }), 404, "ORDER_NOT_FOUND");
    expectProblem(await call("POST", `${base}/api/orders/${id}/cancel`), 404, "ORDER_NOT_FOUND");
  });

  test("somebody else's order is a 404 as well", async () => {
    const owner = await newBuyer(base);
    const order = (await owner.call("POST", "/api/checkout", { body: { items: [lamp] } })).body;
    const stranger = await newBuyer(base);
    expectProblem(await stranger.call("GET", `/api/orders/${order.id}`), 404, "ORDER_NOT_FOUND");
    expectProblem(await stranger.call("POST", `/api/orders/${order.id}/cancel`), 404, "ORDER_NOT_FOUND");
    const forged = { cookie: owner.cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A")) };
    expectProblem(await call("GET", `${base}/api/orders/${order.id}`, { headers: forged }), 404, "ORDER_NOT_FOUND");
    expect((await owner.call("POST", `/api/orders/${order.id}/cancel`)).body.status).toBe("cancelled");
  });

  test("broken percent-encoding is the client's error", async () => {
    expect((await call("GET", `${base}/api/products/%E0%A4%A`)).status).toBe(422);
  });
});

describe("a payment that cannot be", () => {
  const card = (number: unknown) => ({ body: { card: number } });
  const accepted = card("4242 4242 4242 4242");

  async function reserved() {
    const buyer = await newBuyer(base);
    const order = (await buyer.call("POST", "/api/checkout", { body: { items: [lamp] } })).body;
    return { buyer, order, path: `/api/orders/${order.id}` };
  }

  test("paying twice: ALREADY_PAID; cancelling a paid order: ALREADY_PAID", async () => {
    const { buyer, path } = await reserved();
    expect((await buyer.call("POST", `${path}/pay`, accepted)).body.status).toBe("paid");
    expectProblem(await buyer.call("POST", `${path}/pay`, accepted), 409, "ALREADY_PAID");
    expectProblem(await buyer.call("POST", `${path}/cancel`), 409, "ALREADY_PAID");
  });

  test("paying a cancelled order: ORDER_CANCELLED; cancelling twice is the same as once", async () => {
    const { buyer, path } = await reserved();
    expect((await buyer.call("POST", `${path}/cancel`)).body.status).toBe("cancelled");
    expect((await buyer.call("POST", `${path}/cancel`)).body.status).toBe("cancelled");
    expectProblem(await buyer.call("POST", `${path}/pay`, accepted), 409, "ORDER_CANCELLED");
  });

  test.each([[""], ["4242"], ["four"], [4242424242424242], [null], ["4".repeat(40)]])(
    "card %j: INVALID_REQUEST, and the order is still reserved",
    async (number) => {
      const { buyer, path } = await reserved();
      expectProblem(await buyer.call("POST", `${path}/pay`, card(number)), 422, "INVALID_REQUEST");
      expect((await buyer.call("GET", path)).body.status).toBe("reserved");
      await buyer.call("POST", `${path}/cancel`);
    },
  );
});

describe("the lab's settings", () => {
  const runs = (body: unknown) => call("POST", `${base}/api/lab/runs`, { body });
  const good = { strategy: "unlocked", stock: 1, thinkTimeMs: 0 };

  test.each([
    ["an unknown strategy", { ...good, strategy: "hope" }],
    ["a strategy named like an object's own", { ...good, strategy: "constructor" }],
    ["stock 0", { ...good, stock: 0 }],
    ["stock 1,000,001", { ...good, stock: 1_000_001 }],
    ["think time 2,001 ms", { ...good, thinkTimeMs: 2_001 }],
    ["think time -1 ms", { ...good, thinkTimeMs: -1 }],
    ["an unknown field", { ...good, buyers: 2 }],
  ])("%s: INVALID_REQUEST", async (_what, body) => expectProblem(await runs(body), 422, "INVALID_REQUEST"));

  test.each([
    [{ count: 0, quantity: 1 }],
    [{ count: 1_001, quantity: 1 }],
    [{ count: 1, quantity: 0 }],
    [{ quantity: 1 }],
    [{ count: 2, quantity: 1, strategy: "unlocked" }],
  ])("buyers %j: INVALID_REQUEST", async (body) => {
    const run = await createRun("unlocked", 1);
    expectProblem(await call("POST", `${base}/api/lab/runs/${run.id}/buyers`, { body }), 422, "INVALID_REQUEST");
  });

  test("an unknown run: RUN_NOT_FOUND for buyers, verdict and events", async () => {
    for (const id of [randomUUID(), "x", "%00"]) {
      const path = `${base}/api/lab/runs/${id}`;
      expectProblem(await call("GET", `${path}/verdict`), 404, "RUN_NOT_FOUND");
      expectProblem(await call("GET", `${path}/events`), 404, "RUN_NOT_FOUND");
      expectProblem(await call("POST", `${path}/buyers`, { body: { count: 1 } }), 404, "RUN_NOT_FOUND");
    }
  });

  test("a race's product shares a cart with nothing", async () => {
    const run = await createRun("row-lock", 5);
    expectProblem(await checkout({ items: [lamp, { sku: run.sku, quantity: 1 }] }), 422, "INVALID_REQUEST");
  });
});

describe("a path or a method that does not exist", () => {
  test.each([
    ["DELETE", "/api/products", "GET, HEAD"],
    ["POST", "/api/products/reading-lamp", "GET, HEAD"],
    ["GET", "/api/checkout", "POST"],
    ["PUT", `/api/orders/${randomUUID()}`, "GET, HEAD"],
    ["GET", `/api/orders/${randomUUID()}/pay`, "POST"],
    ["PATCH", "/api/lab/runs", "POST"],
    ["POST", "/healthz", "GET, HEAD"],
  ])("%s %s: METHOD_NOT_ALLOWED with Allow", async (method, path, allow) => {
    const reply = await call(method, `${base}${path}`);
    expectProblem(reply, 405, "METHOD_NOT_ALLOWED");
    expect(reply.headers.get("allow")).toBe(allow);
  });

  test.each(["/api/nothing", "/nothing", "/api/lab/nothing", "/api/orders/1/refund"])("%s: NOT_FOUND", async (path) =>
    expectProblem(await call("GET", `${base}${path}`), 404, "NOT_FOUND"),
  );

  test.each(["/api/products/NO", "/api/products/%00", `/api/products/${"a".repeat(300)}`])(
    "%s: PRODUCT_NOT_FOUND",
    async (path) => expectProblem(await call("GET", `${base}${path}`), 404, "PRODUCT_NOT_FOUND"),
  );
});
