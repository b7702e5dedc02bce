import { LockBusy } from "../../lease-store.ts";
import { isError, type Stat, ZooKeeperError } from "./client.ts";
import type { ZooKeeperSession } from "./session.ts";

/** A wait for a connection is no shorter than this, and no longer than the session would live. */
const LEAST_REACH_MS = 500;
const RETRY_ABANDON_MS = 200;

/** Where a contender stands in the line for one resource: its own ephemeral sequential znode. */
export interface Place {
  readonly session: ZooKeeperSession;
  readonly parent: string;
  /** Random, and part of the znode's name. */
  readonly owner: string;
  /** Whether its znode was asked for; an answer may still be out. */
  asked?: boolean;
  /** The znode's name; undefined as long as no answer has told it. */
  name?: string;
}

export const pathOf = ({ parent, name }: Place) => `${parent}/${name}`;

/**
 * Stands in line.
 *
 * The answer to a create can be lost after the znode was made. Its name holds the owner, so it is found again in the
 * list; created once more, the first one would be an orphan that blocks everybody until the session ends.
 * Source: the "protection" of Apache Curator's CreateBuilder; python-zk/kazoo #760.
 */
export async function standInLine(place: Place, deadline: number): Promise<void> {
  const { session, parent, owner } = place;
  await acrossLosses(session, deadline, async (isRepeat) => {
    if (isRepeat) place.name = await findAgain(place);
    while (place.name === undefined) {
      place.asked = true;
      try {
        const path = await session.client.create(`${parent}/${owner}-`, "ephemeral-sequential");
        place.name = path.slice(path.lastIndexOf("/") + 1);
      } catch (error) {
        if (!isError(error, "NO_NODE")) throw error;
        await session.makePath(parent);
      }
    }
  });
}

/**
 * Waits until nobody stands before this place, and returns its znode. Only the one directly before it is watched: when
 * the holder leaves, one waiter wakes, not all (the "herd"). `onRefused` hears of each look that finds another before it.
 * Source: https://zookeeper.apache.org/doc/current/recipes.html#sc_recipes_Locks
 *
 * @throws LockBusy when the deadline (of `performance.now()`) passes, or no server is found.
 */
export async function reachTheHead(place: Place, deadline: number, onRefused?: () => void): Promise<Stat> {
  const { session, parent } = place;
  const wait = new Wait(session, deadline);
  try {
    for (;;) {
      const turn = await acrossLosses(session, deadline, async () => {
        const [children, stat] = await Promise.all([
          session.client.children(parent),
          session.client.stat(pathOf(place)),
        ]);
        // Gone, or made by an earlier session and about to go (apache/curator CURATOR-604): it holds nothing.
        if (!isOwn(stat, session)) throw new ZooKeeperError("NO_NODE");
        const before = inLine(children)[inLine(children).indexOf(place.name as string) - 1];
        if (before === undefined) return stat;
        wait.begin();
        const stillThere = await session.client.watch(`${parent}/${before}`, wait.wake);
        return stillThere ? "wait" : "look again";
      });
      if (typeof turn === "object") return turn;
      if (turn === "wait") {
        onRefused?.();
        await wait.end();
      } else if (performance.now() >= deadline) throw new LockBusy("contention");
    }
  } finally {
    wait.stop();
  }
}

/**
 * Leaves the line, and goes on trying in the background until the znode is certainly gone: with itself or with its
 * session. Never throws.
 */
export async function leaveLine(place: Place): Promise<void> {
  const { session, parent } = place;
  while (place.asked && !session.ended.aborted) {
    try {
      if (await session.connectedWithin(session.client.timeoutMs())) {
        place.name ??= await findAgain(place);
        if (place.name !== undefined) await session.client.remove(`${parent}/${place.name}`);
        return;
      }
    } catch (error) {
      if (isError(error, "NO_NODE", "SESSION_EXPIRED")) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_ABANDON_MS).unref());
    }
  }
}

/** The znode whose creation got no answer, if it was made. */
async function findAgain({ session, parent, owner }: Place): Promise<string | undefined> {
  // A write first: after its answer, this server knows of everything that the last server passed on for us before.
  await session.makePath(parent);
  return (await session.client.children(parent)).find((name) => name.startsWith(owner));
}

/** Who stands first in a line; undefined when it is empty. */
export async function ownerOfFirst(session: ZooKeeperSession, parent: string): Promise<string | undefined> {
  const children = await session.client.children(parent).catch((error: unknown) => {
    if (isError(error, "NO_NODE")) return [];
    throw error;
  });
  const [first] = inLine(children);
  return first?.slice(0, first.lastIndexOf("-"));
}

export const isOwn = (stat: Stat | null, session: ZooKeeperSession): stat is Stat =>
  stat?.ephemeralOwner.readBigUInt64BE() === session.id;

/** By their sequence numbers alone: the rest of the name is random. */
const inLine = (children: readonly string[]) => [...children].sort((a, b) => sequenceOf(a) - sequenceOf(b));
const sequenceOf = (name: string) => Number(name.slice(name.lastIndexOf("-") + 1));

/** Runs an operation, and again on the next connection when the answer was lost; `isRepeat` tells that it may have been done. */
async function acrossLosses<T>(
  session: ZooKeeperSession,
  deadline: number,
  operation: (isRepeat: boolean) => Promise<T>,
): Promise<T> {
  for (let isRepeat = false; ; isRepeat = true) {
    const reachMs = Math.min(Math.max(deadline - performance.now(), LEAST_REACH_MS), session.client.timeoutMs());
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
  readonly #deadline: number;
  readonly #stopListening: () => void;
  #woken: Promise<void> = Promise.resolve();
  wake = () => {};

  constructor(session: ZooKeeperSession, deadline: number) {
    this.#deadline = deadline;
    // A connection that was away may have missed the event; whoever is back looks again.
    this.#stopListening = session.onState(() => this.wake());
  }

  begin(): void {
    this.#woken = new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  async end(): Promise<void> {
    const leftMs = this.#deadline - performance.now();
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((_, fail) => {
      timer = setTimeout(() => fail(new LockBusy("contention")), Math.max(0, leftMs));
    });
    await Promise.race([this.#woken, over]).finally(() => clearTimeout(timer));
  }

  stop(): void {
    this.#stopListening();
  }
}
