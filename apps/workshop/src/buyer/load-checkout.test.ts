import { expect, test } from "vitest";
import type { Clients } from "../checkout.ts";
import { loadCheckout, NoCheckout } from "./load-checkout.ts";
import { VirtualTime } from "./virtual-time.ts";

const observer = { printed: () => {}, exitCalled: () => {} };
const request = { buyerId: "ann", items: [], idempotencyKey: "key", signal: new AbortController().signal };
const run = (body: string, more = {}) =>
  loadCheckout(`exports.checkout = async () => { ${body} };`, new VirtualTime(), { ...observer, ...more })(
    {} as Clients,
    request,
  );

test("each load has variables of its own, also global ones", async () => {
  const code = "globalThis.count = (globalThis.count ?? 0) + 1; exports.checkout = async () => globalThis.count;";
  const load = () => loadCheckout(code, new VirtualTime(), observer)({} as Clients, request);
  expect(await load()).toBe(1);
  expect(await load()).toBe(1);
});

test("Math.random is equal in every execution", async () => {
  expect(await run("return [Math.random(), Math.random()]")).toEqual(
    await run("return [Math.random(), Math.random()]"),
  );
});

test("process.exit is reported, and does not end the process", async () => {
  const codes: unknown[] = [];
  await expect(run("process.exit(3)", { exitCalled: (code: unknown) => codes.push(code) })).rejects.toThrow(
    "process.exit",
  );
  expect(codes).toEqual([3]);
});

test("what it prints is told", async () => {
  const printed: string[] = [];
  await run("console.log('stock', { left: 1 })", { printed: (text: string) => printed.push(text) });
  expect(printed).toEqual(["stock { left: 1 }"]);
});

test("a file without checkout is refused", () => {
  expect(() => loadCheckout("exports.other = 1;", new VirtualTime(), observer)).toThrow(NoCheckout);
});
