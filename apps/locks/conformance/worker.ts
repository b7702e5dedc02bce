// A client process: loads the adapters of one file and does what the program asks of it. Its clock can be shifted without any other's.
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Adapter, Held, LockClient } from "./adapter.ts";
import { adaptersOf } from "./load-adapter.ts";
import { shiftClock } from "./shifted-clock.ts";
import {
  ANY_LOCK,
  type Contention,
  type Cycles,
  type Grant,
  type Interval,
  type Resources,
  type WorkerCalls,
} from "./worker-calls.ts";

const [file = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit(0));

const adapters = adaptersOf(await import(pathToFileURL(file).href));
/** The one of the clients that are open now. */
let adapter: Adapter;
const clients = new Map<string, LockClient>();
const held = new Map<number, Held>();
const routines = new Map<number, { signal: AbortSignal; finish(): void; ended: Promise<string> }>();
let lastHandle = 0;
let warnings = 0;
process.on("warning", (warning) => {
  if (warning.name === "MaxListenersExceededWarning") warnings += 1;
});

/** By the machine's monotonic clock, which all processes share and nothing here shifts. */
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

const calls: WorkerCalls = {
  describe: async () => ({
    hasExtend: "extend" in (await probe()),
    hasUsing: "using" in (await probe()),
    nodes: adapter.nodes ?? 5,
    keyOfLock: adapter.redisKey?.(ANY_LOCK) ?? ANY_LOCK,
  }),
  async open(client, name, urls) {
    adapter = find(name);
    clients.set(client, await adapter.open(urls));
  },
  acquire: async (client, lock, ttlMs, waitMs) => grantOf(await clientOf(client).acquire(lock, ttlMs, waitMs)),
  async extend(client, handle, ttlMs) {
    return grantOf((await clientOf(client).extend?.(heldOf(handle), ttlMs)) as Held);
  },
  async release(client, handle) {
    await clientOf(client).release(heldOf(handle));
  },
  remaining: async (handle) => heldOf(handle).remainingMs?.(),
  using,
  routine: async (handle) => ({ isAborted: routines.get(handle)?.signal.aborted ?? false }),
  async finishRoutine(handle) {
    routines.get(handle)?.finish();
    return routines.get(handle)?.ended ?? "";
  },
  shiftClock: async (ms) => shiftClock(ms),
  contend,
  cycle,
  resources,
  async close(client) {
    await clients.get(client)?.close();
    clients.delete(client);
  },
};

process.on("message", async ({ id, call, args }: { id: number; call: keyof WorkerCalls; args: never[] }) => {
  const answer = await (calls[call] as (...args: never[]) => Promise<unknown>)(...args).then(
    (value) => ({ id, value }),
    (error: unknown) => ({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
  );
  process.send?.(answer);
});
process.send?.({ ready: true });

function find(name: string): Adapter {
  const found = adapters.find((each) => each.name === name);
  if (!found) throw new Error(`${file} exports no adapter named ${name}.`);
  return found;
}

/** A client that is never connected to anything, to see which calls there are. */
async function probe(): Promise<LockClient> {
  const [first] = clients.values();
  if (!first) throw new Error("No client is open.");
  return first;
}

function clientOf(client: string): LockClient {
  const found = clients.get(client);
  if (!found) throw new Error(`The client ${client} is not open.`);
  return found;
}

function heldOf(handle: number): Held {
  const found = held.get(handle);
  if (!found) throw new Error(`There is no lock ${handle}.`);
  return found;
}

function grantOf(lock: Held): Grant {
  lastHandle += 1;
  held.set(lastHandle, lock);
  return { handle: lastHandle, atMs: nowMs(), date: Date.now(), remainingMs: lock.remainingMs?.() };
}

/** Resolves when the routine runs. */
function using(client: string, lock: string, ttlMs: number): Promise<number> {
  lastHandle += 1;
  const handle = lastHandle;
  return new Promise((resolve, reject) => {
    const isIn = (signal: AbortSignal) =>
      new Promise<void>((finish) => {
        routines.set(handle, { signal, finish, ended: over });
        resolve(handle);
      });
    const over = (clientOf(client).using?.(lock, ttlMs, isIn) ?? Promise.resolve()).then(
      () => "ended",
      (error: Error) => {
        reject(error);
        return `${error.name}: ${error.message}`;
      },
    );
  });
}

async function contend({ clients: names, lock, ttlMs, waitMs, holdMs, rounds }: Contention): Promise<Interval[]> {
  const intervals: Interval[] = [];
  const one = async (client: string) => {
    for (let round = 0; round < rounds; round += 1) {
      const askedAtMs = nowMs();
      try {
        const lease = await clientOf(client).acquire(lock, ttlMs, waitMs);
        const fromMs = nowMs();
        await sleep(holdMs);
        intervals.push({ client, askedAtMs, fromMs, toMs: nowMs() });
        await clientOf(client).release(lease);
      } catch (error) {
        intervals.push({ client, askedAtMs, error: String(error) });
      }
    }
  };
  await Promise.all(names.map(one));
  return intervals;
}

async function cycle({ client, count, lock, lanes }: Cycles): Promise<{ failed: number; lastError?: string }> {
  let failed = 0;
  let lastError: string | undefined;
  let left = count;
  const lane = async (index: number) => {
    while (left > 0) {
      left -= 1;
      try {
        await clientOf(client).release(await clientOf(client).acquire(`${lock}:${index}`, 30_000, 2_000));
      } catch (error) {
        failed += 1;
        lastError = String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  return { failed, lastError };
}

async function resources(): Promise<Resources> {
  const active = process.getActiveResourcesInfo();
  const count = (kind: string) => active.filter((each) => each === kind).length;
  return { sockets: count("TCPSocketWrap"), timers: count("Timeout"), listenerWarnings: warnings };
}
