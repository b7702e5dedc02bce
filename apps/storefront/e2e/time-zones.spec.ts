import { expect, expectNoOverflow, reserve, test } from "./support/test.ts";

const zones = [
  ["Europe/Berlin", /GMT\+[12]/],
  ["America/New_York", /E[SD]T/],
  ["Asia/Kolkata", /GMT\+5:30/],
  ["Asia/Kathmandu", /GMT\+5:45/],
] as const;

test("an order's time is shown in the visitor's zone, with its name", async ({ context, page, ownBrowser, url }) => {
  await reserve(page, "screen-print");
  const order = page.url();
  const { createdAt } = await (await context.request.get(`/api${new URL(order).pathname}`)).json();
  const storageState = await context.storageState();

  for (const [timezoneId, name] of zones) {
    const abroad = await ownBrowser.newContext({
      baseURL: url,
      storageState,
      timezoneId,
      viewport: { width: 390, height: 720 },
    });
    const visitor = await abroad.newPage();
    const local = new Date(createdAt)
      .toLocaleTimeString("en", { timeZone: timezoneId, hour: "numeric", minute: "2-digit" })
      .replace(/\s/, " ");
    await visitor.goto(order);
    await expect(visitor.getByRole("article")).toContainText(name);
    await expect(visitor.getByRole("article")).toContainText(local);
    await expect(visitor.getByRole("timer")).toContainText(/^\D*[0-9]:\d\d/);
    await expectNoOverflow(visitor);
    await visitor.goto("/orders");
    const listed = visitor.getByRole("listitem").filter({ hasText: "Screen print" }).first();
    await expect(listed).toContainText(name);
    await expect(listed).toContainText(local);
    await expectNoOverflow(visitor);
    await abroad.close();
  }
});
