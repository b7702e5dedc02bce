import { Redis } from "ioredis";
import { LabClient } from "../lab-client.ts";
import type { Bench, Build, Figure } from "./figure.ts";
import { buyOne } from "./one-checkout.ts";
import { median } from "./rounds.ts";

const WARM_UP_CHECKOUTS = 30;
const CHECKOUTS_A_ROUND = 100;
const DEFAULT = "redlock+row-lock";

interface Shares {
  shares: number[];
  heldMs: number[];
  totalMs: number[];
}

/**
 * P11: the share of a default checkout during which its lease is held, from the events of a run: from `locked` to
 * `released`, of `arrived` to `answered`. If the release is sent with the answer, the lease ends with the answer at the
 * latest for this figure.
 */
export async function measureLeaseShare(bench: Bench): Promise<Figure> {
  const builds = [bench.thisBuild, ...(bench.otherBuild ? [bench.otherBuild] : [])];
  const measured: { build: Build; rounds: Shares[] }[] = [];
  for (const build of builds) measured.push({ build, rounds: await measureBuild(bench, build) });
  return {
    id: "P11",
    what: "share of a default checkout's time during which its lease is held, 1 client",
    goal: { atMost: 0.5 },
    ratios: (measured[0]?.rounds ?? []).map(({ shares }) => median(shares)),
    sides: measured.map(({ build, rounds }) => ({
      name: build.name,
      clients: 1,
      perSecond: rounds.map(({ totalMs }) => 1_000 / median(totalMs)),
      extras: {
        "share held": median(rounds.flatMap(({ shares }) => shares)),
        "held, ms": median(rounds.flatMap(({ heldMs }) => heldMs)),
        "checkout, ms": median(rounds.flatMap(({ totalMs }) => totalMs)),
      },
    })),
    notes: ["From the events of a run in the lab, which passes the same checkpoints as the shop."],
  };
}

async function measureBuild(bench: Bench, build: Build): Promise<Shares[]> {
  const replicas = await build.start({ replicas: 1 });
  const events = new Redis(bench.system.file.eventsRedis.url);
  try {
    const [url = ""] = replicas.urls;
    const lab = new LabClient(url);
    const buy = async (checkouts: number) => {
      const run = await lab.createRun({ strategy: DEFAULT, stock: checkouts, thinkTimeMs: 0 });
      for (let count = 0; count < checkouts; count += 1) await buyOne(`${url}/api/checkout`, run.sku);
      return readShares(events, run.id);
    };
    await buy(WARM_UP_CHECKOUTS);
    const rounds: Shares[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.signal.throwIfAborted();
      rounds.push(await buy(CHECKOUTS_A_ROUND));
    }
    return rounds;
  } finally {
    events.disconnect();
    await replicas.stop();
  }
}

async function readShares(redis: Redis, runId: string): Promise<Shares> {
  const attempts = new Map<string, Map<string, number>>();
  for (const [, fields] of await redis.xrange(`lab:run:${runId}:events`, "-", "+")) {
    const { attempt, checkpoint, at } = JSON.parse(fields[1] ?? "{}") as {
      attempt: string;
      checkpoint: string;
      at: number;
    };
    attempts.set(attempt, (attempts.get(attempt) ?? new Map()).set(checkpoint, at));
  }
  return sharesOf([...attempts.values()]);
}

/** @param attempts the checkpoints of each checkout, with their times in milliseconds */
export function sharesOf(attempts: readonly ReadonlyMap<string, number>[]): Shares {
  const shares: Shares = { shares: [], heldMs: [], totalMs: [] };
  for (const times of attempts) {
    const [arrived, locked, answered] = ["arrived", "locked", "answered"].map((name) => times.get(name));
    if (arrived === undefined || locked === undefined || answered === undefined) continue;
    const held = Math.min(times.get("released") ?? answered, answered) - locked;
    shares.heldMs.push(held);
    shares.totalMs.push(answered - arrived);
    shares.shares.push(held / (answered - arrived));
  }
  if (shares.shares.length === 0) throw new Error("The run's events tell of no checkout that was locked and answered.");
  return shares;
}
