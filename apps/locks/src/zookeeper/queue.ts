import { type Clock, sleep, within } from "../clock.ts";
import { LockBusy } from "../lease-store.ts";
import { isError, type Stat, ZooKeeperError } from "./client.ts";
import type { ZooKeeperSession } from "./session.ts";

/** A wait for a connection is no shorter than this, and no longer than the session would live. */
const LEAST_REACH_MS = 500;
const RETRY_ABANDON_MS = 200;

/** A waiting client's entry in the queue of one resource: its own ephemeral sequential znode. */
export interface Entry {
  readonly session: ZooKeeperSession;
  readonly parent: string;
  /** Random, and part of the znode's name. */
  readonly owner: string;
  /** Whether its znode was requested; the answer may be outstanding. */
  asked?: boolean;
  /** The znode's name; undefined until an answer has told it. */
  name?: string;
}

export const pathOf = ({ parent, name }: Entry) => `${parent}/${name}`;

/**
 * Joins the queue.
 *
 * The answer to a create can be lost after the znode was created. Its name contains the owner, so it is found again in the
 * list; if it were created once more, the first one would be an orphan that blocks everybody until the session ends.
 * Source: the "protection" of Apache Curator's CreateBuilder; python-zk/kazoo #760.
 */
export async function joinQueue(entry: Entry, deadline: number): Promise<void> {
  const { session, parent, owner } = entry;
  await acrossLosses(session, deadline, async (isRepeat) => {
    if (isRepeat) entry.name = await findAgain(entry);
    while (entry.name === undefined) {
      entry.asked = true;
      try {
        const path = await session.client.create(`${parent}/${owner}-`, "ephemeral-sequential");
        entry.name = path.slice(path.lastIndexOf("/") + 1);
      } catch (error) {
        if (!isError(error, "NO_NODE")) throw error;
        await session.makePath(parent);
      }
    }
  });
}

/**
 * Waits until the entry is the first of its queue, and returns its znode. Only the znode directly before it is watched: when
 * the holder leaves, one waiter is notified, not all (the "herd"). `onRefused` is called at each look that finds another
 * before it.
 * Source: https://zookeeper.apache.org/doc/current/recipes.html#sc_recipes_Locks
 *
 * @throws LockBusy when the deadline (by the session's clock) passes, or no server is found.
 */
export async function reachHead(entry: Entry, deadline: number, onRefused?: () => void): Promise<Stat> {
  const { session, parent } = entry;
  const wait = new Wait(session, deadline);
  try {
    for (;;) {
      const turn = await acrossLosses(session, deadline, async () => {
        const [children, stat] = await Promise.all([
          session.client.children(parent),
          session.client.stat(pathOf(entry)),
        ]);
        // Gone, or created by an earlier session and about to go (apache/curator CURATOR-604): it holds nothing.
        if (!isOwn(stat, session)) throw new ZooKeeperError("NO_NODE");
        const sorted = inOrder(children);
        const before = sorted[sorted.indexOf(entry.name as string) - 1];
        if (before === undefined) return stat;
        wait.begin();
        const stillThere = await session.client.watch(`${parent}/${before}`, wait.wake);
        return stillThere ? "wait" : "look again";
      });
      if (typeof turn === "object") return turn;
      if (turn === "wait") {
        onRefused?.();
        await wait.end();
      } else if (session.clock.now() >= deadline) throw new LockBusy("contention");
    }
  } finally {
    wait.stop();
  }
}

/**
 * Leaves the queue. If the connection is lost, goes on trying in the background until the znode is certainly gone: with
 * itself or with its session. Never throws.
 */
export async function leaveQueue(entry: Entry): Promise<void> {
  const { session, parent } = entry;
  while (entry.asked && !session.ended.aborted) {
    try {
      if (await session.connectedWithin(session.client.timeoutMs())) {
        entry.name ??= await findAgain(entry);
        if (entry.name !== undefined) await session.client.remove(`${parent}/${entry.name}`);
        return;
      }
    } catch (error) {
      if (!isError(error, "CONNECTION_LOSS")) return;
      await sleep(session.clock, RETRY_ABANDON_MS, { unref: true });
    }
  }
}

/** The znode whose creation got no answer, if it was created. */
async function findAgain({ session, parent, owner }: Entry): Promise<string | undefined> {
  // A write first: after its answer, this server knows everything that the last server forwarded for us before.
  await session.makePath(parent);
  return (await session.client.children(parent)).find((name) => name.startsWith(owner));
}

/** The owner of the first entry of a queue; undefined when it is empty. */
export async function ownerOfFirst(session: ZooKeeperSession, parent: string): Promise<string | undefined> {
  const children = await session.client.children(parent).catch((error: unknown) => {
    if (isError(error, "NO_NODE")) return [];
    throw error;
  });
  const [first] = inOrder(children);
  return first?.slice(0, first.lastIndexOf("-"));
}

export const isOwn = (stat: Stat | null, session: ZooKeeperSession): stat is Stat =>
  stat?.ephemeralOwner.readBigUInt64BE() === session.id;

/** By their sequence numbers alone: the rest of the name is random. */
export const inOrder = (children: readonly string[]) => [...children].sort((a, b) => sequenceOf(a) - sequenceOf(b));
const sequenceOf = (name: string) => Number(name.slice(name.lastIndexOf("-") + 1));

/** Runs an operation, and again on the next connection when the answer was lost; `isRepeat` tells that it may have been done. */
async function acrossLosses<T>(
  session: ZooKeeperSession,
  deadline: number,
  operation: (isRepeat: boolean) => Promise<T>,
): Promise<T> {
  for (let isRepeat = false; ; isRepeat = true) {
    const reachMs = Math.min(Math.max(deadline - session.clock.now(), LEAST_REACH_MS), session.client.timeoutMs());
    if (!(await session.connectedWithin(reachMs))) {
      if (session.ended.aborted) throw new ZooKeeperError("SESSION_EXPIRED");
      throw new LockBusy("unreachable");
    }
    try {
      return await operation(isRepeat);
    } catch (error) {
      if (!isError(error, "CONNECTION_LOSS")) throw error;
    }
  }
}

/** A wait that ends with the watched znode, with a change of the connection, or at the deadline. */
class Wait {
  readonly #clock: Clock;
  readonly #deadline: number;
  readonly #stopListening: () => void;
  #woken: Promise<void> = Promise.resolve();
  wake = () => {};

  constructor(session: ZooKeeperSession, deadline: number) {
    this.#clock = session.clock;
    this.#deadline = deadline;
    // A lost connection may have missed the event: look again after a reconnect.
    this.#stopListening = session.onState(() => this.wake());
  }

  begin(): void {
    this.#woken = new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  async end(): Promise<void> {
    await within(this.#clock, this.#deadline - this.#clock.now(), this.#woken, () => {
      throw new LockBusy("contention");
    });
  }

  stop(): void {
    this.#stopListening();
  }
}
