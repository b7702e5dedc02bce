import { expect, test } from "vitest";
import type { z } from "zod";
import * as checkout from "./checkout/http/schemas.ts";
import { checkInput, NOT_VALID } from "./http/fields.ts";
import { toShopError } from "./http/problems.ts";
import { emptySchema } from "./http/schemas.ts";
import * as lab from "./lab/http/schemas.ts";

const line = { sku: "reading-lamp", quantity: 1 };
const requests: [string, z.ZodType, Record<string, unknown>][] = [
  ["checkout", checkout.checkoutSchema, { items: [line] }],
  [
    "checkout headers",
    checkout.checkoutHeadersSchema,
    { "idempotency-key": "k", "x-lab-shopper": "A", "x-lab-attempt": "5f0c1f5e-7f0a-4c53-9d5b-0c8a7e5d1a11" },
  ],
  ["payment", checkout.paySchema, { card: "4242424242424242" }],
  ["run", lab.runSchema, { strategy: "unlocked", stock: 1, thinkTimeMs: 0, watchable: true }],
  ["buyers", lab.buyersSchema, { count: 1, quantity: 1, forMs: 100 }],
  ["verdict query", lab.verdictQuerySchema, { history: "judged" }],
  ["nothing", emptySchema, {}],
];
const hostile = [null, true, 0, -1, 1.5, 1e300, Number.NaN, "", "\u0000", "9".repeat(400), [], [null], {}, { a: 1 }];

test.each(requests)("%s: whatever is wrong with it is said in sentences of our own", (_name, schema, good) => {
  expect(schema.safeParse(good).success).toBe(true);
  const bodies = [
    ...hostile,
    { ...good, coupon: 1, other: 2 },
    ...Object.keys(good).flatMap((field) => [undefined, ...hostile].map((value) => ({ ...good, [field]: value }))),
    ...("items" in good
      ? [
          { items: Array(21).fill(line) },
          ...hostile
            .flatMap((value) => [{ sku: value }, { quantity: value }])
            .map((bad) => ({ items: [{ ...line, ...bad }] })),
        ]
      : []),
  ];
  for (const body of bodies) {
    if (schema.safeParse(body).success) continue;
    const { code, message } = refusalOf(schema, body);
    expect(code).toBe("INVALID_REQUEST");
    expect(message).toMatch(/^\p{Lu}.*\.$/su);
    expect(message).not.toMatch(/expected|received|invalid|too (big|small)|unrecognized|[<>]=|\d{16}|undefined/i);
    const isWholeHeaderOrQuery = typeof body !== "object" || body === null || Array.isArray(body);
    if (!isWholeHeaderOrQuery) expect(message).not.toContain(NOT_VALID);
  }
});

function refusalOf(schema: z.ZodType, body: unknown) {
  try {
    checkInput(schema, body);
  } catch (error) {
    return toShopError(error);
  }
  throw new Error("The body was accepted.");
}
