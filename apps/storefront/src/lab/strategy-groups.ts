import type { Strategy } from "../api/types.ts";

export interface StrategyGroup {
  title: string;
  /** What has to run besides the shop. */
  needs: string;
  strategies: Strategy[];
  /** Why some of them cannot be used now: one sentence for each reason. */
  unavailable: { names: string[]; reason: string }[];
}

interface Place extends Pick<StrategyGroup, "title" | "needs"> {
  guards: readonly string[];
}

const places: readonly Place[] = [
  { title: "PostgreSQL alone", needs: "needs nothing else", guards: ["none"] },
  {
    title: "With Redis",
    needs: "needs one Redis for SET NX, five for a quorum",
    guards: ["set-nx-naive", "set-nx", "redlock", "quorum"],
  },
  { title: "With ZooKeeper", needs: "needs a ZooKeeper ensemble", guards: ["zookeeper"] },
  { title: "With DynamoDB", needs: "needs DynamoDB, or a local one", guards: ["dynamodb-lease"] },
];
const elsewhere: Place = { title: "With another store", needs: "needs that store", guards: [] };

/** The strategies by the service that keeps their lock, in the order of the places above; empty groups are left out. */
export function groupStrategies(strategies: readonly Strategy[]): StrategyGroup[] {
  const placeOf = ({ guard }: Strategy) => places.find(({ guards }) => guards.includes(guard)) ?? elsewhere;
  return [...places, elsewhere]
    .map((place) => {
      const members = strategies.filter((strategy) => placeOf(strategy) === place);
      return { title: place.title, needs: place.needs, strategies: members, unavailable: reasonsOf(members) };
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
