import type { Strategy } from "../api/types.ts";

export interface StrategyGroup {
  title: string;
  strategies: Strategy[];
  /** Why some of them cannot be used now: one sentence for each reason. */
  unavailable: { names: string[]; reason: string }[];
}

const places: { title: string; guards: readonly string[] }[] = [
  { title: "PostgreSQL alone", guards: ["none"] },
  { title: "With Redis", guards: ["set-nx-naive", "set-nx", "redlock"] },
  { title: "With ZooKeeper", guards: ["zookeeper"] },
  { title: "With DynamoDB", guards: ["dynamodb-lease"] },
];
const elsewhere = "With another store";

/** The strategies by the service that keeps their lock, in the order of the places above; empty groups are left out. */
export function groupStrategies(strategies: readonly Strategy[]): StrategyGroup[] {
  const titleOf = ({ guard }: Strategy) => places.find(({ guards }) => guards.includes(guard))?.title ?? elsewhere;
  return [...places.map(({ title }) => title), elsewhere]
    .map((title) => {
      const members = strategies.filter((strategy) => titleOf(strategy) === title);
      return { title, strategies: members, unavailable: reasonsOf(members) };
    })
    .filter((group) => group.strategies.length > 0);
}

function reasonsOf(members: readonly Strategy[]): StrategyGroup["unavailable"] {
  const byReason = new Map<string, string[]>();
  for (const { name, available, reason } of members) {
    if (available) continue;
    const words = reason ?? "Its service is not running here.";
    byReason.set(words, [...(byReason.get(words) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => ({ names, reason }));
}
