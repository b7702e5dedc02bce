import { expect, test } from "vitest";
import { guessInitial, readInitial } from "./initial.ts";

test("names and numbers, with commas between them", () => {
  expect(readInitial(" lamp=1, chair = 5,", true)).toEqual({ lamp: 1, chair: 5 });
  expect(readInitial("x=1, y=null, z=red", false)).toEqual({ x: 1, y: null, z: "red" });
});

test.each(["lamp", "lamp=", "lamp=-1", "=3", "lamp=1.5"])("%s is told as what it is not", (text) => {
  expect(readInitial(text, true)).toContain("lamp=1");
});

test("the initial stock is guessed from the units that were sold", async () => {
  const lines = [
    '{"time":0,"process":0,"type":"invoke","f":"reserve","value":{"sku":"lamp","quantity":1}}',
    '{"time":1,"process":0,"type":"ok","f":"reserve","value":{"sku":"lamp","quantity":1,"outcome":"reserved","units":[3]}}',
  ];
  expect(await guessInitial(new Blob([lines.join("\n")]))).toBe("lamp=3");
});
