import { expect, test } from "vitest";
import { poolThatFits } from "./database-pool.ts";

test("the default pool where there is room, a smaller one where there is less", () => {
  expect(poolThatFits(160, 3)).toBeUndefined();
  expect(poolThatFits(132, 3)).toBeUndefined();
  expect(poolThatFits(131, 3)).toBe(19);
  expect(poolThatFits(160, 16)).toBe(3);
  expect(poolThatFits(24, 3)).toBe(2);
});

test("a pool that the user sets is kept if it fits, and refused with one that does", () => {
  expect(poolThatFits(160, 3, 24)).toBeUndefined();
  expect(() => poolThatFits(60, 3, 20)).toThrow(/DATABASE_POOL=20 would open 132\. Set DATABASE_POOL=8\./);
});

test("no room is an error that names the ways out", () => {
  expect(() => poolThatFits(6, 2)).toThrow(/accepts 6 connections .* need 16\. Raise .* REPLICAS/);
});
