import { expect, test, vi } from "vitest";
import { withFencingTokens } from "./fencing-tokens.ts";
import type { Lease, LeaseStore } from "./lease-store.ts";

const options = { ttlMs: 100, waitMs: 0 };

function storeWhoseLeaseLasts(remainingMs: () => number) {
  const lease: Lease = { resources: ["a", "b"], owner: "me", remainingMs };
  const release = vi.fn(async () => {});
  const store = {
    name: "fake",
    safe: true,
    about: { idea: "", guarantee: "", failureMode: "", cost: "" },
    availability: async () => ({ available: true }) as const,
    acquire: async () => lease,
    extend: async () => ({ ...lease, owner: "extended" }),
    release,
  } satisfies LeaseStore;
  return { store, release };
}

test("each resource carries the token, and an extended lease keeps it", async () => {
  const { store } = storeWhoseLeaseLasts(() => 50);
  const guard = withFencingTokens(store, async () => 7n);
  const lease = await guard.acquire(["a", "b"], options);
  expect(lease.fencingTokens).toEqual(new Map(["a", "b"].map((resource) => [resource, 7n])));
  expect(await guard.extend(lease, 100)).toMatchObject({ owner: "extended", fencingTokens: lease.fencingTokens });
});

test("a lease that expired while its token was minted is released and not returned", async () => {
  let remaining = 50;
  const { store, release } = storeWhoseLeaseLasts(() => remaining);
  const guard = withFencingTokens(store, async () => {
    remaining = 0;
    return 7n;
  });
  await expect(guard.acquire(["a"], options)).rejects.toMatchObject({ name: "LockBusy", reason: "timeout" });
  expect(release).toHaveBeenCalledTimes(1);
});

test("without a token there is no lease: it is released, and the database's error is thrown", async () => {
  const { store, release } = storeWhoseLeaseLasts(() => 50);
  const guard = withFencingTokens(store, async () => {
    throw new Error("the database is away");
  });
  await expect(guard.acquire(["a"], options)).rejects.toThrow("the database is away");
  expect(release).toHaveBeenCalledTimes(1);
});
