import type { Lock, LockReport } from "../../api/types.ts";

type State = Lock["states"][number];

/** What each state means, the most urgent first. */
export const stateWords: Record<State, { meaning: string; tone: "bad" | "busy" | "calm" }> = {
  split: { meaning: "The Redis nodes name different owners.", tone: "bad" },
  stuck: { meaning: "Somebody has waited for more than three seconds.", tone: "bad" },
  orphan: { meaning: "Its owner’s process is gone: the lock lasts until its TTL is over.", tone: "bad" },
  "idle in transaction": { meaning: "The holder has an open transaction and sends nothing.", tone: "bad" },
  "waited for": { meaning: "Somebody is queued behind the holder.", tone: "busy" },
  minority: {
    meaning:
      "No majority of the Redis nodes has the key: an attempt in progress, or a lock of set-nx, which uses one node.",
    tone: "busy",
  },
  held: { meaning: "One holder, nobody waits.", tone: "calm" },
};

/** The state that matters most. */
export const mainState = ({ states }: Lock): State =>
  (Object.keys(stateWords) as State[]).find((state) => states.includes(state)) ?? "held";

export function summaryOf({ locks, isCut }: LockReport): string {
  if (locks.length === 0) return "Nobody holds a lock.";
  const urgent = locks.filter((lock) => stateWords[mainState(lock)].tone === "bad").length;
  const waiting = locks.reduce((sum, lock) => sum + lock.waiting, 0);
  const held = `${isCut ? "More than " : ""}${locks.length} ${locks.length === 1 ? "lock" : "locks"}, ${waiting} waiting`;
  return urgent === 0 ? `${held}.` : `${held}. ${urgent} ${urgent === 1 ? "needs" : "need"} attention.`;
}

export function holderOf({ holders }: Lock): string {
  if (holders.length === 0) return "nobody";
  return holders.map(({ process, owner }) => process ?? `unknown owner ${shortened(owner)}`).join(", ");
}

const shortened = (owner: string) => (owner.length > 34 ? `${owner.slice(0, 33)}…` : owner);

export function timeOf({ holders: [holder] }: Lock): string {
  if (holder?.leftMs !== undefined) return `${seconds(holder.leftMs)} left`;
  if (holder?.heldMs !== undefined) return `for ${seconds(holder.heldMs)}`;
  return "";
}

export function waitingOf({ waiting, waiters: [longest] }: Lock): string {
  if (waiting === 0) return "";
  return longest ? `${waiting}, longest ${seconds(longest.waitedMs)}` : String(waiting);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
