import type { Bench, Client } from "../bench.ts";
import { type Belief, type Case, fail, pass } from "../case.ts";
import { eventually, within } from "../eventually.ts";
import type { Grant, Interval } from "../worker-calls.ts";

const TTL_MS = 5_000;

export const mutualExclusion: Case = {
  number: 1,
  name: "Mutual exclusion",
  title: "Many contenders, all nodes well: never two holders",
  gives: "verdict",
  steps: [
    "H holds the lock.",
    "32 clients in two processes ask for it; each has been refused at least once before H releases.",
    "Each holder keeps it for a moment and releases it.",
  ],
  async run(bench) {
    const holder = await bench.client("H");
    const contenders = await openContenders(bench, bench.isQuick ? 8 : 32);
    const lock = bench.lockName();
    const first = await holder.acquire(lock, 60_000, 5_000);
    const before = new Map(contenders.map((client) => [client, client.answered]));
    const waitMs = bench.isQuick ? 20_000 : 40_000;
    const running = contend(contenders, { lock, ttlMs: TTL_MS, waitMs, holdMs: 1, rounds: 1 });
    const haveAsked = () => contenders.every((client) => client.answered > (before.get(client) ?? 0));
    await eventually(haveAsked, "every contender has been answered once", 30_000);
    const releasedAt = Number(process.hrtime.bigint()) / 1e6;
    await holder.release(first);
    const intervals = await within(running, waitMs + 60_000, "the contenders end");
    const held = intervals.filter((each) => "fromMs" in each);
    const refusals = intervals.flatMap((each) => ("error" in each ? [each.error] : []));
    const all = [{ client: "H", ...span(first, releasedAt) }, ...held].sort((a, b) => a.fromMs - b.fromMs);
    const served = `${held.length} of ${contenders.length} were served within ${waitMs / 1_000} s${refusals.length > 0 ? ` (the others: ${refusals.at(-1)})` : ""}`;
    const overlap = firstOverlap(all);
    if (!overlap)
      return pass(`Never two holders; ${served}.`, { figures: { served: held.length, contenders: contenders.length } });
    const [one, other] = overlap;
    return fail(`${other.client} was granted the lock while ${one.client} held it; ${served}.`, {
      beliefs: overlap.map(beliefOf(one)),
    });
  },
};

export async function openContenders(bench: Bench, count: number): Promise<Client[]> {
  const open = (_: unknown, index: number) => bench.client(`C${index + 1}`, index % 2 === 0 ? "one" : "two");
  return Promise.all(Array.from({ length: count }, open));
}

interface Rounds {
  lock: string;
  ttlMs: number;
  waitMs: number;
  holdMs: number;
  rounds: number;
}

/** Every process lets its clients contend by itself, so that no message between processes is a part of it. */
export async function contend(clients: readonly Client[], rounds: Rounds): Promise<Interval[]> {
  const processes = [...new Set(clients.map((client) => client.process))];
  const ofProcess = processes.map((process) => {
    const names = clients.filter((client) => client.process === process).map(({ name }) => name);
    return process.call("contend", { clients: names, ...rounds });
  });
  return (await Promise.all(ofProcess)).flat();
}

interface Held {
  client: string;
  fromMs: number;
  toMs: number;
}

const span = (grant: Grant, toMs: number) => ({ fromMs: grant.atMs, toMs });

function firstOverlap(held: readonly Held[]): [Held, Held] | undefined {
  for (const [index, one] of held.entries()) {
    const other = held[index + 1];
    if (other && other.fromMs < one.toMs) return [one, other];
  }
  return undefined;
}

const beliefOf =
  (first: Held) =>
  ({ client, fromMs, toMs }: Held): Belief => ({
    client,
    fromMs: Math.round(fromMs - first.fromMs),
    untilMs: Math.round(toMs - first.fromMs),
    clock: "from the grant to the call of release",
  });
