import { buyOneProduct, type Checkouts, sideOf, unitsOf, unitsPerSecond } from "./checkouts.ts";
import { startEcho } from "./echo.ts";
import type { Bench, Figure, Side } from "./figure.ts";
import { fireAt } from "./http-load.ts";
import { offer, soldUnits } from "./products.ts";
import { type Replicas, startReplicas } from "./replicas.ts";
import { median, ratiosOf, takeTurns } from "./rounds.ts";

const CLIENTS = 128;
const FEW = 16;
const MANY = 800;
/** More than all rounds together can sell. */
const EDITION = 100_000_000;

/** P1, P2, P3 and P8: everybody wants the same product, over HTTP. */
export async function measureHotProduct(bench: Bench): Promise<Figure[]> {
  const together = await startReplicas(bench, "group-commit");
  try {
    const unlocked = await startReplicas(bench, "unlocked");
    try {
      for (const replicas of [together, unlocked]) await warmUp(bench, replicas);
      return [
        ...(await againstUnlocked(bench, together, unlocked)),
        await againstEcho(bench, together, "P2", CLIENTS),
        await againstEcho(bench, together, "P2 crowd", MANY),
        await manyAgainstFew(bench, together),
      ];
    } finally {
      await unlocked.stop();
    }
  } finally {
    await together.stop();
  }
}

async function againstUnlocked(bench: Bench, together: Replicas, unlocked: Replicas): Promise<Figure[]> {
  const shelves = [await shelf(bench), await shelf(bench)] as const;
  const [ours = [], baseline = []] = await takeTurns(bench, [
    () => buyOneProduct(bench, together, shelves[0].sku, CLIENTS),
    () => buyOneProduct(bench, unlocked, shelves[1].sku, CLIENTS),
  ]);
  const sides = [await shelves[0].side("group-commit", ours), await shelves[1].side("unlocked", baseline)];
  const cpu = (rounds: readonly Checkouts[]) => rounds.map((round) => round.cpuSeconds / unitsOf(round));
  return [
    {
      id: "P1",
      what: "units sold/s over HTTP on one hot product, group-commit ÷ unlocked",
      goal: { atLeast: 4 },
      ratios: ratiosOf(ours.map(unitsPerSecond), baseline.map(unitsPerSecond)),
      sides,
      notes: ["Every unit that unlocked told a buyer counts, although it told most of them to several buyers."],
    },
    {
      id: "P8",
      what: "CPU time for each sold unit over replicas, PostgreSQL and Redis, group-commit ÷ unlocked",
      goal: { atMost: 0.25 },
      ratios: ratiosOf(cpu(ours), cpu(baseline)),
      sides: [ours, baseline].map((rounds, index) => ({
        name: index === 0 ? "group-commit" : "unlocked",
        clients: CLIENTS,
        perSecond: rounds.map(unitsPerSecond),
        extras: { "CPU µs/unit": median(cpu(rounds)) * 1e6 },
      })),
    },
  ];
}

async function againstEcho(bench: Bench, together: Replicas, id: string, clients: number): Promise<Figure> {
  const product = await shelf(bench);
  const echo = await startEcho(together.urls.length);
  try {
    const body = { items: [{ sku: product.sku, quantity: 1 }] };
    const plan = { kind: "same" as const, path: "/echo", body };
    const send = () => fireAt({ urls: echo.urls, clients, seconds: bench.secondsEach, plan }, bench.signal);
    // As warm as the replicas are.
    await send();
    const [ours = [], echoes = []] = await takeTurns(bench, [
      () => buyOneProduct(bench, together, product.sku, clients),
      async () => ({ ...(await send()), cpuSeconds: Number.NaN }),
    ]);
    return {
      id,
      what: `units sold/s over HTTP on one hot product, group-commit ÷ answers/s of a bare Express JSON echo, 3 processes and ${clients} clients each`,
      goal: { atLeast: 0.9 },
      ratios: ratiosOf(
        ours.map(unitsPerSecond),
        echoes.map(({ answers, seconds }) => (answers[200] ?? 0) / seconds),
      ),
      sides: [await product.side("group-commit", ours, clients), sideOf("bare Express echo", clients, echoes, [200])],
    };
  } finally {
    await echo.stop();
  }
}

async function manyAgainstFew(bench: Bench, together: Replicas): Promise<Figure> {
  const shelves = [await shelf(bench), await shelf(bench)] as const;
  const [many = [], few = []] = await takeTurns(bench, [
    () => buyOneProduct(bench, together, shelves[0].sku, MANY),
    () => buyOneProduct(bench, together, shelves[1].sku, FEW),
  ]);
  return {
    id: "P3",
    what: `group-commit's units/s with ${MANY} clients ÷ with ${FEW}`,
    goal: { atLeast: 0.9 },
    ratios: ratiosOf(many.map(unitsPerSecond), few.map(unitsPerSecond)),
    sides: [await shelves[0].side("group-commit", many, MANY), await shelves[1].side("group-commit", few, FEW)],
  };
}

/** A fresh product, and how a side's report is made once it was bought. */
async function shelf(bench: Bench) {
  const databaseUrl = bench.system.file.postgres.url;
  const [sku = ""] = await offer(databaseUrl, 1, EDITION);
  return {
    sku,
    async side(name: string, rounds: readonly Checkouts[], clients = CLIENTS): Promise<Side> {
      const { sold, distinct } = await soldUnits(databaseUrl, [sku]);
      const told = rounds.reduce((sum, round) => sum + unitsOf(round), 0);
      // Those whose client went away at the end of a round were sold without being told; the reverse must not be.
      if (told > sold) throw new Error(`${name} told ${told} buyers of their unit; the ledger knows ${sold}.`);
      return { ...sideOf(name, clients, rounds), unitsSold: sold, extras: { "sold more than once": sold - distinct } };
    },
  };
}

/** Code is compiled and connections are opened by the first thousands of requests. */
async function warmUp(bench: Bench, replicas: Replicas): Promise<void> {
  const { sku } = await shelf(bench);
  await buyOneProduct({ ...bench, secondsEach: Math.min(3, bench.secondsEach) }, replicas, sku, CLIENTS);
}
