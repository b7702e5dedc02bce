import type { Strategy } from "../api/types.ts";

const names: Record<Strategy["name"], string> = {
  unlocked: "No lock",
  "row-lock": "Row lock",
  "advisory-lock": "Advisory lock",
  optimistic: "Optimistic",
  serializable: "Serializable",
  "conditional-update": "Conditional update",
  "set-nx-naive": "SET NX, naive",
  "set-nx": "SET NX",
  redlock: "Redlock",
  "redlock+row-lock": "Redlock + row lock",
  "redlock+fencing": "Redlock + fencing",
  quorum: "Quorum",
  "quorum+row-lock": "Quorum + row lock",
  "quorum+fencing": "Quorum + fencing",
  zookeeper: "ZooKeeper",
  "zookeeper+fencing": "ZooKeeper + fencing",
  "dynamodb-lease": "DynamoDB lease",
  "dynamodb-lease+fencing": "DynamoDB lease + fencing",
  "group-commit": "Group commit",
};

/** What people call a strategy; an unknown one by its own name. */
export const strategyName = (name: string): string => names[name as Strategy["name"]] ?? name;
