import { openWire } from "../../../apps/api/test/wire.ts";
import { startReplicas } from "../builds/replicas.ts";
import type { Bench, Figure } from "../figure.ts";
import { buyOne } from "../one-checkout.ts";
import { median } from "../rounds.ts";
import { openShelf } from "../shelf.ts";

const GOALS = [
  { id: "P10", strategy: undefined, goal: 3 },
  { id: "P10 row-lock", strategy: "row-lock", goal: 3 },
  { id: "P10 conditional-update", strategy: "conditional-update", goal: 1 },
  { id: "P10 group-commit", strategy: "group-commit", goal: 2 },
];
/** Background work of the replica falls into some checkouts; the fewer, the clearer the median. */
const FEW_SWEEPS = { SWEEP_INTERVAL_MS: "60000" };
const WARM_UP_CHECKOUTS = 20;
const CHECKOUTS_A_ROUND = 20;

/** P10: how often a checkout of one line waits for PostgreSQL, counted on the wire. */
export async function measureFlights(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { id, strategy, goal } of GOALS) {
    const { rounds, perSecond } = await countFlights(bench, strategy);
    figures.push({
      id,
      what: `flights to PostgreSQL for a checkout of one line without an idempotency key, ${strategy ?? "the default strategy"}`,
      goal: { atMost: goal },
      ratios: rounds,
      sides: [{ name: strategy ?? "default", clients: 1, perSecond }],
      notes: [
        `The median of ${CHECKOUTS_A_ROUND} checkouts in each round, one after the other, so that group-commit's batches have one buyer. Statements that are sent together are one flight.`,
      ],
    });
  }
  return figures;
}

async function countFlights(bench: Bench, strategy: string | undefined) {
  const wire = await openWire(bench.system.file.postgres.url);
  try {
    const replicas = await startReplicas(bench, strategy, { count: 1, databaseUrl: wire.url, env: FEW_SWEEPS });
    try {
      const { sku } = await openShelf(bench.system.file.postgres.url);
      const checkout = () => buyOne(`${replicas.urls[0]}/api/checkout`, sku);
      for (let count = 0; count < WARM_UP_CHECKOUTS; count += 1) await checkout();
      const rounds: number[] = [];
      const perSecond: number[] = [];
      for (let round = 0; round < bench.rounds; round += 1) {
        bench.signal.throwIfAborted();
        const counts: number[] = [];
        const times: number[] = [];
        for (let index = 0; index < CHECKOUTS_A_ROUND; index += 1) {
          const { flights } = await wire.during(async () => times.push(await checkout()));
          counts.push(flights);
        }
        rounds.push(median(counts));
        perSecond.push(1_000 / median(times));
      }
      return { rounds, perSecond };
    } finally {
      await replicas.stop();
    }
  } finally {
    wire.close();
  }
}
