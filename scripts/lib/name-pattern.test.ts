import { expect, test } from "vitest";
import { strategyNames } from "../../apps/api/src/inventory/strategy-catalogue.ts";
import { namePattern } from "./name-pattern.mjs";

test("a strategy's pattern selects its own tests, and none of a strategy whose name contains it", () => {
  const titles = strategyNames.flatMap((name) => [
    `${name} 1 unit, 20 buyers: exactly one order`,
    `crowd under ${name}: 3 sold`,
    `${name}: kill -9 of two lock nodes`,
  ]);
  for (const name of strategyNames) {
    const selected = titles.filter((title) => new RegExp(namePattern(name)).test(title));
    expect(selected).toEqual([
      `${name} 1 unit, 20 buyers: exactly one order`,
      `crowd under ${name}: 3 sold`,
      `${name}: kill -9 of two lock nodes`,
    ]);
  }
});
