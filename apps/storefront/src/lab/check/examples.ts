import type { ModelName } from "@last-unit/checker";

interface Example {
  name: string;
  model: ModelName;
  initial: string;
  lines: object[];
}

const reserve = (process: number, name: string, from: number, to: number, answer: object) => {
  const value = { sku: "lamp", quantity: 1 };
  const call = { process, name, f: "reserve" };
  return [
    { time: from, ...call, type: "invoke", value },
    { time: to, ...call, type: "ok", value: { ...value, ...answer } },
  ];
};
const lock = (time: number, process: number, name: string, type: string, f: string, more: object = {}) => {
  return { time, process, name, type, f, value: { lock: "lamp", ...more } };
};
const inOrder = (events: { time: number }[]) => events.sort((a, b) => a.time - b.time);
const MS = 1_000_000;
const soldNo1 = { outcome: "reserved", units: [1] };

/** Histories to try the checker with. */
export const examples: readonly Example[] = [
  {
    name: "Sold twice",
    model: "stock",
    initial: "lamp=1",
    lines: inOrder([...reserve(0, "A", 0, 9 * MS, soldNo1), ...reserve(1, "B", 2 * MS, 11 * MS, soldNo1)]),
  },
  {
    name: "Sold once",
    model: "stock",
    initial: "lamp=1",
    lines: inOrder([
      ...reserve(0, "A", 0, 9 * MS, { outcome: "sold-out" }),
      ...reserve(1, "B", 2 * MS, 11 * MS, soldNo1),
    ]),
  },
  {
    name: "False “sold out”",
    model: "stock",
    initial: "lamp=2",
    lines: inOrder([
      ...reserve(0, "A", 0, 4 * MS, soldNo1),
      ...reserve(1, "B", 6 * MS, 9 * MS, { outcome: "sold-out" }),
    ]),
  },
  {
    name: "A lease acquired twice",
    model: "mutex",
    initial: "",
    lines: [
      lock(0, 0, "A", "invoke", "acquire", { ttlNs: 50 * MS }),
      lock(2 * MS, 0, "A", "ok", "acquire", { ttlNs: 50 * MS, token: 33 }),
      lock(5 * MS, 1, "B", "invoke", "acquire", { ttlNs: 50 * MS }),
      lock(8 * MS, 1, "B", "ok", "acquire", { ttlNs: 50 * MS, token: 34 }),
    ],
  },
];

export const fileOf = ({ lines }: Example) => new Blob(lines.map((line) => `${JSON.stringify(line)}\n`));
